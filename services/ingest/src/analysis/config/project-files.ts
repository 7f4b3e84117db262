import type { ProjectConfig } from '../extraction.ts';

/** Reads of a build file what decides where imports lead. */
type ProjectReader = (source: string) => Omit<ProjectConfig, 'type' | 'file'>;

const READERS: Readonly<Record<string, ProjectReader>> = {
  'pyproject.toml': () => ({}),
};

export function isProjectFile(baseName: string): boolean {
  return Object.hasOwn(READERS, baseName);
}

export function readProject(source: string, fileName: string): ProjectConfig {
  return { type: 'project', file: fileName, ...READERS[fileName]!(source) };
}

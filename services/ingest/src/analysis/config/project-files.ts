import type { ProjectConfig } from '../extraction.ts';

/** Reads of a build file what decides where imports lead. */
type ProjectReader = (source: string) => Omit<ProjectConfig, 'type' | 'file'>;

const READERS: Readonly<Record<string, ProjectReader>> = {
  'pyproject.toml': () => ({}),
  'go.mod': goModule,
};

/** https://go.dev/ref/mod#go-mod-file */
function goModule(source: string): ReturnType<ProjectReader> {
  const lines = source
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/^\s*(\w+)\s*\(([^)]*)\)/gm, (_, directive: string, body: string) => body.replaceAll(/^(?=\s*\S)/gm, `${directive} `))
    .split('\n');
  const name = lines.map((line) => /^\s*module\s+"?([^\s"]+)/.exec(line)?.[1]).find((found) => found !== undefined);
  const requires = lines.flatMap((line) => /^\s*require\s+(\S+)\s+v/.exec(line)?.[1] ?? []);
  const maps = lines.flatMap((line): [string, string][] => {
    const [, from, to] = /^\s*replace\s+(\S+)(?:\s+v\S+)?\s*=>\s*(\S+)/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  return { ...(name === undefined ? {} : { name }), requires, maps };
}

export function isProjectFile(baseName: string): boolean {
  return Object.hasOwn(READERS, baseName);
}

export function readProject(source: string, fileName: string): ProjectConfig {
  return { type: 'project', file: fileName, ...READERS[fileName]!(source) };
}

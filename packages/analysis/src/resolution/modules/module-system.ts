import type { ConfigExtraction, ProjectConfig, SourceExtraction } from '../../extraction/extraction.ts';

/** Where a specifier leads: a file of the program, several files that make up a package, or a package outside it. */
export type SpecifierTarget = { readonly path: string } | { readonly group: string } | { readonly packageId: string } | undefined;

/** What a module system can ask about the program: which files and groups exist. */
export interface Program {
  hasFile(path: string): boolean;
  hasGroup(key: string): boolean;
  /** The first file of a group. */
  firstOf(key: string): string | undefined;
}

/**
 * What a file adds to a group, that is to a package, a namespace or a folder made up of several files. It is a name and what the name
 * stands for, or without a name all exports of the file.
 */
export interface Contribution {
  readonly group: string;
  readonly name?: string;
  /** Whether the members of the group decide where specifiers lead. */
  readonly decides?: true;
  /** A file's export (`*` for the file as a module), or another group. */
  readonly to: { readonly path: string; readonly name: string } | { readonly group: string };
}

/**
 * How the imports of a language lead to files. A module system uses only paths, build files and what files say of themselves. It never
 * reads a disk.
 */
export interface ModuleSystem {
  /** Whether two files of one folder may mean different things by the same specifier. */
  readonly byFile?: true;
  /** The build files of the program, by path; called again when one of them changes. */
  configure(projects: ReadonlyMap<string, ProjectConfig>): void;
  resolve(program: Program, from: string, specifier: string): SpecifierTarget;
  contributions(path: string, extraction: SourceExtraction): Contribution[];
}

export function projectsOf(configs: ReadonlyMap<string, ConfigExtraction>): Map<string, ProjectConfig> {
  const projects = new Map<string, ProjectConfig>();
  for (const path of [...configs.keys()].sort()) {
    const { config } = configs.get(path)!;
    if (config?.type === 'project') projects.set(path, config);
  }
  return projects;
}

import type { ProjectConfig } from '../../extraction/extraction.ts';
import { crateName } from '../../extraction/specifiers/rust.ts';

/** Reads from a build file what decides to which files imports lead. */
type ProjectReader = (source: string) => Omit<ProjectConfig, 'type' | 'file'>;

const READERS: Readonly<Record<string, ProjectReader>> = {
  'pyproject.toml': () => ({}),
  'go.mod': goModule,
  'Cargo.toml': cargoPackage,
};

/** https://go.dev/ref/mod#go-mod-file */
function goModule(source: string): ReturnType<ProjectReader> {
  const lines = source
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/^[ \t]*(\w+)[ \t]*\(([^)]*)\)/gm, (_, directive: string, body: string) =>
      body.replaceAll(/^(?=[ \t]*\S)/gm, `${directive} `),
    )
    .split('\n');
  const name = lines.map((line) => /^\s*module\s+"?([^\s"]+)/.exec(line)?.[1]).find((found) => found !== undefined);
  const requires = lines.flatMap((line) => /^\s*require\s+(\S+)\s+v/.exec(line)?.[1] ?? []);
  const maps = lines.flatMap((line): [string, string][] => {
    const [, from, to] = /^\s*replace\s+(\S+)(?:\s+v\S+)?\s*=>\s*(\S+)/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  return { ...(name === undefined ? {} : { name }), requires, maps };
}

/** https://doc.rust-lang.org/cargo/reference/manifest.html */
function cargoPackage(source: string): ReturnType<ProjectReader> {
  let section = '';
  let name: string | undefined;
  const requires = new Set<string>();
  const maps = new Map<string, string>();
  for (const line of source.split('\n')) {
    const header = /^\s*\[{1,2}([^\]]+)\]/.exec(line)?.[1]?.replaceAll(/["'\s]/g, '');
    if (header !== undefined) section = header;
    const table = /(?:^|\.)(?:dev-|build-)?dependencies(?:\.(.+))?$/.exec(section);
    const [, key = '', value = ''] = /^\s*([\w-]+)(?:\.\w+)?\s*=\s*(.*)$/.exec(line) ?? [];
    const text = /^"([^"]*)"/.exec(value)?.[1];
    if (section === 'lib' && key === 'path' && text !== undefined) maps.set('lib', `./${text}`);
    if ((section === 'lib' || (section === 'package' && name === undefined)) && key === 'name' && text !== undefined)
      name = crateName(text);
    if (table === null) continue;
    const dependency = table[1] ?? key;
    if (dependency === '') continue;
    requires.add(dependency);
    const renamed = table[1] === undefined ? /\bpackage\s*=\s*"([^"]+)"/.exec(value)?.[1] : key === 'package' ? text : undefined;
    if (renamed !== undefined) maps.set(dependency, renamed);
  }
  return { ...(name === undefined ? {} : { name }), requires: [...requires], maps: [...maps] };
}

export function isProjectFile(baseName: string): boolean {
  return Object.hasOwn(READERS, baseName);
}

export function readProject(source: string, fileName: string): ProjectConfig {
  return { type: 'project', file: fileName, ...READERS[fileName]!(source) };
}

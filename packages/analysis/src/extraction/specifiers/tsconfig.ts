import { joinPath } from '../paths.ts';

const TSCONFIG = /^(?:tsconfig|jsconfig)(?:\.[\w.-]+)?\.json$/;

export function isTsconfig(baseName: string): boolean {
  return TSCONFIG.test(baseName);
}

/**
 * Paths at which a config that another config names may be, best first: a file, with or without its extension, or a folder.
 *
 * @param folder the folder of the config that names it
 * @param packages folders of the program's packages, by package name
 */
export function configNames(folder: string, reference: string, packages: ReadonlyMap<string, string> | undefined): string[] {
  const base = reference.startsWith('.') ? joinPath(folder, reference) : inPackage(reference, packages);
  if (base === undefined) return [];
  return [base, `${base}.json`, base === '' ? 'tsconfig.json' : `${base}/tsconfig.json`];
}

function inPackage(reference: string, packages: ReadonlyMap<string, string> = new Map()): string | undefined {
  const segments = reference.split('/');
  const nameLength = reference.startsWith('@') ? 2 : 1;
  const folder = packages.get(segments.slice(0, nameLength).join('/'));
  return folder === undefined ? undefined : joinPath(folder, `./${segments.slice(nameLength).join('/')}`);
}

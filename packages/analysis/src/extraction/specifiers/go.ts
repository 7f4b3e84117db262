/** Prefix of an import path: the package at that path, under the name that the package declares. */
export const NAMED = '<named> ';

/** An import's name if none is written: the last element of its path, without a version. The package may declare another name. */
export function nameOf(path: string): string {
  const parts = path.split('/');
  if (parts.length > 1 && /^v\d+$/.test(parts.at(-1)!)) parts.pop();
  const last = parts.at(-1)!.replace(/\.v\d+$/, '');
  return last
    .replace(/^go-/, '')
    .replace(/[-.]go$/, '')
    .split('-')
    .at(-1)!;
}

/** Prefix of the specifier by which a file refers to its own package. The package's name follows. */
export const OWN = './';

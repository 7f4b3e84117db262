/** Paths relative to the root, with `/`; the root itself is ''. */

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** @returns undefined if the result lies above the root */
export function joinPath(folder: string, relative: string): string | undefined {
  const segments = folder === '' ? [] : folder.split('/');
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else segments.push(segment);
  }
  return segments.join('/');
}

/** The folder and all folders around it, the root last. */
export function* upwards(folder: string): Generator<string> {
  let current = folder;
  for (;;) {
    yield current;
    if (current === '') return;
    current = directoryOf(current);
  }
}

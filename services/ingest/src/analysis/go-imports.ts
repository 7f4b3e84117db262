/** Before an import path: the package there under the name that it gives itself. */
export const NAMED = '<named> ';

/** The name that an import is known by if none is written: the last element of its path, without a version. The package itself may say another. */
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

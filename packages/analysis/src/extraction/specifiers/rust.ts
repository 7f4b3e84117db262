/** A crate's name as sources write it. */
export function crateName(packageName: string): string {
  return packageName.replaceAll('-', '_');
}

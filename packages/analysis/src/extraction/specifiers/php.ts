/** Between a namespace of one name and the class that is taken from it: `GuzzleHttp>Client`. A package has two names, so here it takes both. */
export const CLASS_OF = '>';

/** The specifier of what a full name leads to: its namespace. */
export function specifierOf(fullName: readonly string[]): string {
  const namespace = fullName.slice(0, -1);
  return namespace.length === 1 ? fullName.join(CLASS_OF) : namespace.join('\\');
}

/** The specifier of what PHP itself declares. */
export const CORE = '<php>';

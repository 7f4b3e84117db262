/** Stands between a namespace and a name in the exports of a C# file, because a file may declare several namespaces. */
export const IN_NAMESPACE = '::';
/**
 * Stands before a namespace that a file imports for its whole project, in the file's exports. Also the specifier of the module that
 * holds all of those.
 */
export const FOR_ALL = '<global>';

/** Extensions of source files that no reader knows: a person who misses them in the graph should learn why. Documents and data are not told. */
const UNREAD = new Set(
  [
    ['coffee', 'elm', 'purs', 're', 'res'], // for browsers
    ['c', 'h', 'cc', 'cpp', 'cxx', 'hpp', 'hh', 'm', 'mm', 'd', 'zig', 'nim', 'v', 'cr', 'odin'], // compiled
    ['swift', 'dart', 'scala', 'groovy', 'clj', 'cljs', 'cljc', 'fs', 'fsx', 'vb', 'jl', 'r', 'pl', 'pm', 'tcl'],
    ['ex', 'exs', 'erl', 'hrl', 'hs', 'ml', 'mli', 'rkt', 'scm', 'lisp', 'el'],
    ['sh', 'bash', 'zsh', 'fish', 'ps1', 'sql', 'sol', 'proto', 'graphql', 'pas', 'f90', 'cob', 'ada', 'adb'],
  ].flat(),
);

/** `.elm` for `src/Main.elm`; undefined if the file is no source file, or a reader knows it. */
export function unreadKind(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  if (dot <= path.lastIndexOf('/') + 1) return undefined;
  const extension = path.slice(dot + 1).toLowerCase();
  return UNREAD.has(extension) ? `.${extension}` : undefined;
}

/** The path and the query of a request, as routes see them. */
export type Target = {
  /** The path as Express matches it: in lower case and without one slash at the end. */
  readonly path: string;
  readonly query: URLSearchParams;
};

/**
 * Reads a request's target. The rest of the path is not changed: Express matches a path with `//`, `..` or `%61` to no route that is
 * written without them.
 */
export function targetOf(url = '/'): Target {
  const [beforeFragment = ''] = url.split('#');
  const [address = '', ...query] = beforeFragment.split('?');
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').toLowerCase();
  return { path: path.length > 1 ? path.replace(/\/$/, '') : path, query: new URLSearchParams(query.join('?')) };
}

/** Returns the first part of a path. It decodes the path first, because a server behind may do so too. */
export function topOf(path: string): string {
  return (
    decoded(path)
      .split(/[/\\]+/)
      .find((part) => part !== '' && part !== '.') ?? ''
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path).toLowerCase();
  } catch {
    return path;
  }
}

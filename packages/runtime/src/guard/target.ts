/** Path and query of a request as routes see them. */
export type Target = {
  /** As Express matches it: case and one slash at the end do not matter. */
  readonly path: string;
  readonly query: URLSearchParams;
};

/** Reads a request's target. The path is otherwise left as it came: Express matches `//`, `..` and `%61` to no route that is written without. */
export function targetOf(url = '/'): Target {
  const [beforeFragment = ''] = url.split('#');
  const [address = '', ...query] = beforeFragment.split('?');
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').toLowerCase();
  return { path: path.length > 1 ? path.replace(/\/$/, '') : path, query: new URLSearchParams(query.join('?')) };
}

/** The first part of a path, in every spelling that something behind may take for it. */
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

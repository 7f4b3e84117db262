/**
 * The parameters of a query as an object: text, or a list of texts if a name is repeated. Nothing nests: `limit[a]` is a name like any other.
 * `fromEntries` defines `__proto__` as a key of its own, so that it is refused as unknown.
 */
export function queryParameters(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

/** For Express's setting `query parser`. */
export function parseQueryText(text: string | undefined): Record<string, string | string[]> {
  return queryParameters(new URLSearchParams(text ?? ''));
}

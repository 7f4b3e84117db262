/**
 * Returns a query's parameters as an object. A value is a text, or a list of texts if the name is repeated. Names do not nest: `limit[a]`
 * is an ordinary name. `fromEntries` makes `__proto__` an own key, so that it is refused as unknown.
 */
export function queryParameters(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

/** The function for Express's setting `query parser`. */
export function parseQueryText(text: string | undefined): Record<string, string | string[]> {
  return queryParameters(new URLSearchParams(text ?? ''));
}

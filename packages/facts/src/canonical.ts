/**
 * RFC 8785 (JSON Canonicalization Scheme) for the values that entities hold: members sorted by UTF-16
 * code units, no white space, ECMAScript number and string forms. Members that are null or undefined
 * are left out, since an entity has no null attributes.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

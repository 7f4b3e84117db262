/**
 * Returns a value's canonical JSON by RFC 8785 (JSON Canonicalization Scheme), for the values that entities hold.
 * Members are sorted by UTF-16 code units. There is no white space. Numbers and strings have ECMAScript's forms.
 * Members that are null or undefined are left out, because an entity has no null attributes.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[name];
    if (member === null || member === undefined) continue;
    members += `${members === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

const QUOTED = new Map<string, string>();

/** A name in quotes. The result is cached, because entities have the same few member names. */
function quoted(name: string): string {
  let text = QUOTED.get(name);
  if (text === undefined) {
    text = JSON.stringify(name);
    if (QUOTED.size < 256) QUOTED.set(name, text);
  }
  return text;
}

/** One part of a path: a text, a parameter, or the whole rest. */
export type Segment = string | { readonly name: string } | { readonly rest: true };

const PARAMETER =
  /^(?:\{(?:\w+:)?\*?(?<braced>\w*)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}|<(?:\w+:)?(?<angled>\w+)>|:(?<colon>\w+)(?:\(.*\))?[?]?|\[(?<square>\w+)\])$/;
const REST = /^(?:\*\w*|\*\*|\{\w+\.\.\.\}|\{\w+:path\}|\{\*\w+\}|<path:\w+>|\(\.\*\))$/;

/** The parts of a path, in the syntax of any framework. An empty part at the end is left out. */
export function segmentsOf(path: string): Segment[] {
  return splitPath(path).map((part, i, parts): Segment => {
    if (part === '*' && i < parts.length - 1) return { name: '*' };
    if (REST.test(part)) return { rest: true };
    const groups = PARAMETER.exec(part)?.groups;
    const name = groups?.braced ?? groups?.angled ?? groups?.colon ?? groups?.square;
    if (name !== undefined) return { name: name === '' ? '_' : name };
    // A parameter with text around it: `{id}.json`
    return /[{}]|^:|<\w/.test(part) ? { name: '_' } : part;
  });
}

/** Splits at slashes, except inside the pattern of a parameter: `{id:[^/]+}`. */
function splitPath(path: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const char of path) {
    if (char === '{' || char === '<' || char === '(') depth++;
    else if (char === '}' || char === '>' || char === ')') depth--;
    if (char === '/' && depth <= 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.filter((part) => part !== '' && part !== '$' && part !== '{$}');
}

/** The same path in Graphtail's notation: `/items/{id}`. */
export function canonicalPath(path: string): string {
  const text = segmentsOf(path)
    .map((segment) => `/${typeof segment === 'string' ? segment : 'rest' in segment || segment.name === '*' ? '*' : `{${segment.name}}`}`)
    .join('');
  return path.endsWith('/') || text === '' ? `${text}/` : text;
}

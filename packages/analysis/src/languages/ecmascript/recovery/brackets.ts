const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
/** String literals of one line, templates and comments (even if they do not end), and brackets. */
const TOKENS = /'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?|`(?:\\[^]|[^`\\])*`?|\/\/.*|\/\*[^]*?(?:\*\/|$)|[()[\]{}]/g;

/** The closing brackets that a text lacks, in order; undefined if the text closes a bracket that is not open. */
export function missingBrackets(text: string): string | undefined {
  const missing: string[] = [];
  for (const [token] of text.matchAll(TOKENS)) {
    const closes = CLOSES[token];
    if (closes !== undefined) missing.push(closes);
    else if (token.length === 1 && ')]}'.includes(token) && missing.pop() !== token) return undefined;
  }
  return missing.reverse().join('');
}

/** `if (f(a {` with the missing brackets before the brace. */
export function withClosedHead(line: string): string | undefined {
  let head = line.trimEnd();
  if (!head.endsWith('{')) return undefined;
  head = head.slice(0, -1).trimEnd();
  if (head.endsWith('=>')) head = head.slice(0, -2).trimEnd();
  const missing = missingBrackets(head);
  return missing === undefined || missing === '' ? undefined : head + missing + line.slice(head.length);
}

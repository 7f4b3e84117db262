import { Related } from '../answers.ts';
import { counted, edgeWords, nodeLine } from '../lines.ts';
import { Page } from '../page.ts';
import { resolve } from '../resolve.ts';
import { limit, reading, scopeOf, symbol, tool } from '../tool.ts';

const QUERIES = {
  callers: ['Who calls it', 'Lists the functions that call a symbol, with the line of each call.', 'caller'],
  callees: [
    'What it calls',
    'Lists the functions that a symbol calls and the classes that it makes, with the line of each call.',
    'callee',
  ],
  references: [
    'Where it is used',
    'Lists everything that refers to a symbol: calls, uses of its type, subclasses, overrides, callbacks, imports. Wider than callers.',
    'reference',
  ],
} as const;

/** Tools that follow one relationship from a symbol. */
export const RELATIONS = (Object.keys(QUERIES) as (keyof typeof QUERIES)[]).map((name) => {
  const [title, description, item] = QUERIES[name];
  return tool({
    name,
    title,
    description,
    input: { ...reading, symbol, limit: limit(50) },
    async run(ask, { symbol: given, limit: most, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      const { node, told } = await resolve(ask, given, scope);
      const { results, total, as_of } = await ask.get(Related, `/api/graph/query/${name}`, { ...scope, symbol: node.id, limit: most });
      const page = new Page(max_tokens);
      if (told !== '') page.line(told);
      page.line(`${counted(total, item)} of ${nodeLine(node)} at ${as_of}`);
      const lines = results.map(
        ({ node: other, relationship, line }) =>
          `${nodeLine(other)}  ${edgeWords(relationship)}${line === null ? '' : ` at line ${String(line)}`}`,
      );
      return page.list('', `${item}s`, lines, total).toString();
    },
  });
});

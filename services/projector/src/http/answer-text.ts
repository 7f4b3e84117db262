import { StreamedAnswer } from './route.ts';

/** Members of every body. */
export type Members = { readonly as_of: string; readonly execution_time_ms: number };

/**
 * An answer as text, in parts. Lists are written item by item, so that a whole graph is never one string. In NDJSON, the first line
 * has the fields. Each further line is one item, `{"<name of the list in the singular>": item}`.
 */
export function answerText(answer: object, members: Members, form: 'json' | 'ndjson'): Iterable<string> {
  if (!(answer instanceof StreamedAnswer)) return [JSON.stringify({ ...answer, ...members })];
  const { fields, lists } = answer.content;
  return form === 'json' ? jsonParts({ ...fields, ...members }, lists) : ndjsonParts({ ...fields, ...members }, lists);
}

function* jsonParts(fields: object, lists: Readonly<Record<string, Iterable<object>>>): Iterable<string> {
  yield JSON.stringify(fields).slice(0, -1);
  for (const [name, items] of Object.entries(lists)) {
    yield `,${JSON.stringify(name)}:[`;
    let separator = '';
    for (const item of items) {
      yield separator + JSON.stringify(item);
      separator = ',';
    }
    yield ']';
  }
  yield '}';
}

function* ndjsonParts(fields: object, lists: Readonly<Record<string, Iterable<object>>>): Iterable<string> {
  yield `${JSON.stringify(fields)}\n`;
  for (const [name, items] of Object.entries(lists)) {
    const kind = JSON.stringify(name.replace(/s$/, ''));
    for (const item of items) yield `{${kind}:${JSON.stringify(item)}}\n`;
  }
}

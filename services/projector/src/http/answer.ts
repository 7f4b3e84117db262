import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Offset } from '@graphtail/facts';
import type { Response } from 'express';
import { Turn, isKnownAnswer } from '@graphtail/runtime';
import type { StreamedAnswer } from './route.ts';

/** What every answer says: of which offset it is true, and how long it took. */
export class Envelope {
  readonly #began = performance.now();

  /** The members that go with every body. */
  members(asOf: Offset): { as_of: Offset; execution_time_ms: number } {
    return { as_of: asOf, execution_time_ms: Math.round((performance.now() - this.#began) * 1000) / 1000 };
  }

  send(response: Response, asOf: Offset, body: object): void {
    response.setHeader('Graphtail-Offset', asOf);
    response.json({ ...body, ...this.members(asOf) });
  }

  /** An answer that more than its offset and query decide: its ETag is that of what it holds. */
  sendTagged(response: Response, asOf: Offset, body: object): void {
    response.setHeader('Graphtail-Offset', asOf);
    if (!isKnownAnswer(response, asOf, JSON.stringify(body))) this.send(response, asOf, body);
  }

  /**
   * Writes lists item by item while the client takes them: the whole is never held as one text. As NDJSON the first
   * line has the fields, then one line per item, `{"<list, in the singular>": item}`.
   */
  async stream(response: Response, asOf: Offset, { content }: StreamedAnswer, form: 'json' | 'ndjson'): Promise<void> {
    response.setHeader('Graphtail-Offset', asOf);
    response.type(form === 'json' ? 'application/json' : 'application/x-ndjson');
    const fields = { ...content.fields, ...this.members(asOf) };
    const parts = form === 'json' ? jsonParts(fields, content.lists) : ndjsonParts(fields, content.lists);
    try {
      await pipeline(Readable.from(taken(parts), { objectMode: false }), response);
    } catch (error) {
      if (!response.destroyed) throw error; // the client went away: nobody is left to be told
    }
  }
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

const CHUNK_CHARACTERS = 64 * 1024;

/** Small parts joined, since a write to a socket costs more than what it writes; other requests get their turns between. */
async function* taken(parts: Iterable<string>): AsyncIterable<string> {
  const turn = new Turn();
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
    await turn.shared();
  }
  if (chunk !== '') yield chunk;
}

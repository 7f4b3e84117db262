import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Offset } from '@graphtail/facts';
import { isKnownAnswer } from '@graphtail/runtime';
import type { Response } from 'express';
import { answerText, type Members } from './answer-text.ts';

export type Form = 'json' | 'ndjson';

/** What every answer says: the offset at which it is true, and how long it took. */
export class Envelope {
  /** When the request arrived, in ms since 1970, so that other threads can compute how long the answer took. */
  readonly arrivedAt = performance.timeOrigin + performance.now();

  members(asOf: Offset): Members {
    return membersOf(asOf, this.arrivedAt);
  }

  /** Sends an answer that was computed on this thread, which is small. */
  send(response: Response, asOf: Offset, answer: object, form: Form = 'json'): void {
    response.setHeader('Graphtail-Offset', asOf);
    response.type(typeOf(form)).send([...answerText(answer, this.members(asOf), form)].join(''));
  }

  /** Sends an answer that arrives in chunks, as fast as the client reads them. */
  async relay(response: Response, asOf: Offset, chunks: AsyncIterable<Uint8Array>, form: Form): Promise<void> {
    response.setHeader('Graphtail-Offset', asOf);
    response.type(typeOf(form));
    try {
      await pipeline(Readable.from(chunks, { objectMode: false }), response);
    } catch (error) {
      if (!response.destroyed) throw error; // the client has left: there is nobody to answer
    }
  }
}

export function membersOf(asOf: Offset, arrivedAt: number): Members {
  return { as_of: asOf, execution_time_ms: Math.round((performance.timeOrigin + performance.now() - arrivedAt) * 1000) / 1000 };
}

/** The ETag of an answer that does not depend only on its offset and query: a hash of the answer. */
export function contentTag(answer: object): string {
  return createHash('sha256').update(JSON.stringify(answer)).digest('base64url');
}

export function isKnownContent(response: Response, asOf: Offset, tag: string): boolean {
  response.setHeader('Graphtail-Offset', asOf);
  return isKnownAnswer(response, asOf, tag);
}

function typeOf(form: Form): string {
  return form === 'json' ? 'application/json' : 'application/x-ndjson';
}

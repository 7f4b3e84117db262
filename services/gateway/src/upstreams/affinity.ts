import type { IncomingMessage } from 'node:http';
import { targetOf } from '@graphtail/runtime';
import type { Wish } from './choice.ts';
import type { Upstream } from './upstream.ts';

const CONSUMER = /^\/api\/consumers\/([^/]+)\//;
/** Names its answer's session, which lives in the process that answered. */
export const SESSION_HEADER = 'graphtail-session';
/** More sessions than a gateway has connections. Who is forgotten opens a new one. */
const MOST_SESSIONS = 20_000;

/** Leads requests that belong together to one process: those of a consumer's name, and the polls of an Engine.IO session. */
export class Affinity {
  readonly #owners = new Map<string, Upstream>();

  wishOf({ url }: IncomingMessage): Wish {
    const { path, query } = targetOf(url);
    const session = query.get('sid');
    if (session !== null) return { owner: this.#owners.get(session) };
    // A session knows how far it was sent, and acknowledgements of more are refused.
    return { key: (query.get('consumer') ?? CONSUMER.exec(path)?.[1])?.toLowerCase() };
  }

  /** Remembers which process has a session that an answer begins. */
  learn({ headers }: IncomingMessage, by: Upstream): void {
    const session = headers[SESSION_HEADER];
    if (typeof session !== 'string') return;
    this.#owners.set(session, by);
    if (this.#owners.size > MOST_SESSIONS) this.#owners.delete(this.#owners.keys().next().value!);
  }
}

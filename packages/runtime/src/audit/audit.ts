import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NewFact } from '@graphtail/facts';
import type { RequestHandler, Response } from 'express';
import { addressOf, isWrite, accessIfAny } from '../guard/index.ts';
import { changeOf, targetText } from './change.ts';
import { auditFact, outcomeOf, type AuditEntry } from './entry.ts';
import { Flood } from './flood.ts';

/** The actor of entries that Graphtail makes about its own journal. */
const OWN_ACTOR = 'graphtail';
/** The actor of a request without a valid token. */
const NOBODY_KNOWN = 'unknown';

const ANSWERED_ELSEWHERE = new WeakSet<ServerResponse>();

/** Marks a request that another service has answered. That service records it. */
export function answeredElsewhere(response: ServerResponse): void {
  ANSWERED_ELSEWHERE.add(response);
}

/** Names the target of a change when its handler knows it, e.g. a graph that the request left out, or a root in its body. */
export function nameTarget(response: Response, graph: string, name?: string): void {
  response.locals['target'] = targetText(graph, name);
}

/** Records who changed what: every request that may change something, whether it succeeded or was refused. */
export class Audit {
  readonly #record: (fact: NewFact) => void;
  readonly #flood: Flood;

  /** @param record appends a fact without waiting */
  constructor(record: (fact: NewFact) => void) {
    this.#record = record;
    this.#flood = new Flood((requests) => {
      const target = `${String(requests)} requests`;
      record(auditFact({ actor: OWN_ACTOR, action: 'omit_refused', target, outcome: 'refused', address: '' }));
    });
  }

  /** Middleware for all HTTP requests, before the guard. */
  readonly requests: RequestHandler = (request, response, next) => {
    if (isWrite(request)) {
      response.once('close', () => {
        // The service that begins a stream records its outcome when it begins.
        const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream');
        if (!isStream && !ANSWERED_ELSEWHERE.has(response)) this.#answered(request, response);
      });
    }
    next();
  };

  /** Records what was done or refused without an HTTP answer, i.e. on a socket. */
  record(entry: AuditEntry): void {
    if (entry.outcome === 'ok' || this.#flood.admits()) this.#record(auditFact(entry));
  }

  /** Records the number of requests that were only counted so far. */
  close(): void {
    this.#flood.tell();
  }

  #answered(request: IncomingMessage & { originalUrl: string }, response: Response): void {
    const access = accessIfAny(response);
    const { action, target } = changeOf(request.method ?? '', request.originalUrl);
    const named: unknown = response.locals['target'];
    this.record({
      actor: access?.actor ?? NOBODY_KNOWN,
      action,
      target: typeof named === 'string' ? named : target,
      outcome: response.headersSent ? outcomeOf(response.statusCode) : 'unanswered',
      address: access?.address ?? addressOf(request),
    });
  }
}

import { randomUUID } from 'node:crypto';
import { isOffset, seqOf } from '@graphtail/facts';
import { accessOf, queryParameters, SocketProgress, targetOf } from '@graphtail/runtime';
import type { Request, Response } from 'express';
import type { Delivery } from '../delivery/delivery.ts';
import { eventStreamEncoder, type Packet } from '../wire/encoders.ts';
import { frameMessage } from '../wire/frames.ts';
import type { Ending, Sink } from '../subscription/ports.ts';
import { badRequest, toRefused } from '../wire/refused.ts';
import type { Session } from '../delivery/session.ts';
import { corkForThisTurn } from './corks.ts';
import { FinalAnswers } from './final-answers.ts';
import { part } from './parting.ts';

const RETRY_MS = 1_000;
const KEEP_ALIVE_MS = 15_000;

/** Serves subscribers by server-sent events: one way, over plain HTTP. The browser itself resumes. */
export function eventStream(delivery: Delivery): (request: Request, response: Response) => Promise<void> {
  const finalAnswers = new FinalAnswers();
  return async (request, response) => {
    const lastEventId = request.get('last-event-id');
    if (hasEnded(request, lastEventId) || finalAnswers.wasGiven(attemptOf(request, lastEventId))) {
      response.status(204).end(); // the one answer after which a browser stops trying
      return;
    }
    const id = randomUUID();
    begin(response, id);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    let session: Session | undefined;
    const sink = new EventStreamSink(response, () => finalAnswers.give(attemptOf(request, session?.subscription.cursor ?? lastEventId)));
    try {
      session = await delivery.subscribe({ given: parametersOf(request), access: accessOf(response), id }, eventStreamEncoder, sink);
    } catch (error) {
      const { frame } = toRefused(error);
      sink.send(eventStreamEncoder.encode([frameMessage(frame)]));
      sink.close({ kind: 'refused', error: frame });
      return;
    }
    const { subscription } = session;
    response.on('drain', () => subscription.drained());
    response.once('close', () => subscription.gone());
    if (response.closed) subscription.gone();
  };
}

/** Identifies an attempt: a browser repeats all of this when it tries again. */
function attemptOf({ headers, ip = '', originalUrl }: Request, lastEventId: string | undefined): string {
  return JSON.stringify([headers['x-forwarded-for'] ?? ip, headers['user-agent'], originalUrl, lastEventId]);
}

/** Whether this is the browser's attempt after an `end` frame. */
function hasEnded({ query }: Request, lastEventId = ''): boolean {
  const { to } = query;
  return typeof to === 'string' && isOffset(to) && isOffset(lastEventId) && seqOf(lastEventId) >= seqOf(to);
}

function parametersOf(request: Request): Record<string, unknown> {
  const given = queryParameters(targetOf(request.originalUrl).query);
  const lastEventId = request.get('last-event-id') ?? '';
  if (lastEventId === '') return given;
  if (!isOffset(lastEventId)) throw badRequest('Last-Event-ID', 'must be <epoch>-<seq>');
  return { ...given, from: lastEventId };
}

function begin(response: Response, id: string): void {
  response.status(200);
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('Cache-Control', 'no-cache, no-transform');
  response.setHeader('X-Accel-Buffering', 'no'); // a proxy that buffers the answer would delay facts
  response.setHeader('Graphtail-Session', id); // acknowledgements are requests of their own, which name the session
  response.flushHeaders();
  response.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
  response.write(`retry: ${String(RETRY_MS)}\n\n`);
}

export class EventStreamSink implements Sink {
  readonly #response: Response;
  readonly #progress: SocketProgress | undefined;
  readonly #onFinal: () => void;

  constructor(response: Response, onFinal: () => void) {
    this.#response = response;
    this.#progress = response.socket === null ? undefined : new SocketProgress(response.socket);
    this.#onFinal = onFinal;
  }

  get buffered(): number {
    return this.#response.writableLength;
  }

  send({ chunks }: Packet): void {
    if (this.#response.closed || this.#response.writableEnded) return;
    corkForThisTurn(this.#response);
    for (const chunk of chunks) this.#response.write(chunk);
  }

  hasMoved(): boolean {
    return this.#progress?.hasMoved() ?? true;
  }

  /** A browser reconnects after every ending. If that can't help, its next attempt is answered 204. */
  close(ending: Ending): void {
    // UNAUTHORIZED is not final here: the guard refuses the same token before this code, and a new token is welcome.
    const isFinal = ending.kind === 'refused' && !ending.error.retryable && ending.error.code !== 'UNAUTHORIZED';
    if (isFinal) this.#onFinal();
    this.#response.end();
    if (this.#response.socket !== null) part(this.#response.socket, this.#response);
  }
}

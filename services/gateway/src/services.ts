import type { Agent, IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Guard } from '@graphtail/runtime';
import type { ServiceName } from './upstreams/addresses.ts';
import { ServiceAgent } from './upstreams/agent.ts';
import type { Deliveries } from './upstreams/delivery.ts';
import { beginExchange, type Outcome } from './upstreams/exchange.ts';
import type { Upstream } from './upstreams/upstream.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

const ANSWER_WITHIN_MS = 2_000;

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
/** What one process of a service answered, or why it did not. */
export type AnswerOf = { readonly from: Upstream } & (Answer | { readonly error: Error });
export type Asked = { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders; readonly body?: Buffer };

/** No answer within 2 s. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  constructor() {
    super('no answer within 2 s');
  }
}

/** Sends the gateway's own requests to services, with a token of its own. */
export class Services {
  readonly upstreams: Upstreams;
  readonly #deliveries: Deliveries;
  readonly #guard: Guard;
  readonly #agent: Agent = new ServiceAgent();

  constructor(upstreams: Upstreams, deliveries: Deliveries, guard: Guard) {
    this.upstreams = upstreams;
    this.#deliveries = deliveries;
    this.#guard = guard;
  }

  /** Asks one process of a service. @throws {NoAnswer} if none answers within 2 s */
  async get(service: ServiceName, path: string): Promise<Answer> {
    const asked = await this.#own(path);
    const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const delivered = this.#deliveries.deliver(service, {
      isRepeatable: true,
      isPatient: false,
      isWanted: () => !late.aborted,
      attempt: (upstream) => this.#attempt(upstream, asked, late),
    });
    return read(delivered, late);
  }

  /** Asks every process of a service at the same time. */
  async getFromAll(service: ServiceName, path: string): Promise<AnswerOf[]> {
    return this.askAll(service, await this.#own(path));
  }

  /** Sends a request to every process of a service at the same time. */
  async askAll(service: ServiceName, asked: Asked): Promise<AnswerOf[]> {
    return Promise.all(this.upstreams.of(service).map((upstream) => this.ask(upstream, asked)));
  }

  /** Sends a request to one process. Never rejects. */
  async ask(from: Upstream, asked: Asked): Promise<AnswerOf> {
    const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      return { from, ...(await read(this.#attempt(from, asked, late), late)) };
    } catch (error) {
      return { from, error: error as Error };
    }
  }

  /** Asks a process whether it is ready. */
  async isReady(upstream: Upstream): Promise<AnswerOf> {
    return this.ask(upstream, await this.#own('/ready'));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #own(path: string): Promise<Asked> {
    return { method: 'GET', path, headers: await this.#guard.ownHeaders() };
  }

  #attempt(upstream: Upstream, { method, path, headers, body }: Asked, late: AbortSignal): Promise<Outcome> {
    const host = upstream.name === undefined ? upstream.address : `${upstream.name}:${String(upstream.port)}`;
    const begun = beginExchange(upstream, this.#agent, {
      method,
      path,
      headers: { host, ...headers },
      isRepeatable: method === 'GET',
      write: (outgoing) => void outgoing.end(body),
    });
    const giveUp = (): void => void begun.outgoing.destroy(new NoAnswer());
    late.addEventListener('abort', giveUp, { once: true });
    begun.outgoing.once('close', () => late.removeEventListener('abort', giveUp));
    return begun.outcome;
  }
}

async function read(asked: Promise<Outcome>, late: AbortSignal): Promise<Answer> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new NoAnswer());
  late.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([asked.then(whole), timeout]);
  } finally {
    late.removeEventListener('abort', giveUp);
    timeout.catch(() => undefined);
  }
}

async function whole(outcome: Outcome): Promise<Answer> {
  if (outcome.kind === 'failed') throw outcome.error;
  const { statusCode = 0, headers } = outcome.answer;
  return { status: statusCode, headers, body: await text(outcome.answer) };
}

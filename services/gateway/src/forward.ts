import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isWrite, targetOf } from '@graphtail/runtime';
import type { FairTurns } from './fair-turns.ts';
import { passAnswer } from './passing.ts';
import type { ServiceName } from './upstreams/addresses.ts';
import type { Wish } from './upstreams/choice.ts';
import type { Deliveries } from './upstreams/delivery.ts';
import { beginExchange } from './upstreams/exchange.ts';
import type { Upstream } from './upstreams/upstream.ts';

/** How long a service's answer may be silent, ms. Event streams have a heartbeat every 15 s; no other answer is silent for so long. */
const SILENT_MS = 120_000;
/** The body of a query that is posted is kept up to this size, so that it can be sent again. Services refuse larger ones. */
const KEPT_BODY_BYTES = 64 * 1024;

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

export type Forwarding = {
  readonly service: ServiceName;
  readonly wish: Wish;
  readonly headers: IncomingHttpHeaders;
  readonly deliveries: Deliveries;
  readonly agent: Agent;
  readonly turns: FairTurns;
  /** Called with the answer before it is passed on. */
  readonly onAnswer: (answer: IncomingMessage, by: Upstream) => void;
};

/** Passes a request on to a service, and its answer back. @throws the error why no process has answered, if the client still waits */
export async function forward(request: IncomingMessage, response: ServerResponse, to: Forwarding): Promise<void> {
  const { service, wish, headers, deliveries, agent, turns, onAnswer } = to;
  let outgoing: ClientRequest | undefined;
  let isWanted = !response.destroyed;
  response.once('close', () => {
    isWanted = false;
    outgoing?.destroy();
  });
  try {
    const body = await keptBody(request);
    const isRepeatable = body !== undefined;
    const write = (sending: ClientRequest): void => {
      if (body === undefined) request.pipe(sending);
      else sending.end(body);
    };
    const { kind, answer, by } = await deliveries.deliver(service, {
      wish,
      isRepeatable,
      isPatient: true,
      isWanted: () => isWanted,
      attempt(upstream) {
        const begun = beginExchange(upstream, agent, { method: request.method!, path: pathOf(request.url), headers, isRepeatable, write });
        outgoing = begun.outgoing;
        outgoing.setTimeout(SILENT_MS, () => {
          isWanted = false;
          outgoing?.destroy(new Error('silent for too long'));
        });
        if (!isWanted) outgoing.destroy();
        return begun.outcome;
      },
    });
    if (kind === 'upgrade') throw new Error('an upgrade that nobody asked for');
    onAnswer(answer, by);
    passAnswer(answer, response, turns);
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}

/** The path and the query; a proxy may send a whole URL as the target. */
export function pathOf(url = '/'): string {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*/, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** Whether a request may reach two processes: it changes nothing, or, as a subscription that takes a name, does the same twice. */
function isRepeatable(request: IncomingMessage): boolean {
  if (READING.has(request.method ?? '')) return true;
  return !isWrite(request) && targetOf(request.url).path.startsWith('/api/');
}

/** The whole body of a request that may be sent twice; undefined if the request may be sent only once. */
async function keptBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (!isRepeatable(request)) return undefined;
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return Buffer.alloc(0);
  if (encoding !== undefined || Number(length) > KEPT_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

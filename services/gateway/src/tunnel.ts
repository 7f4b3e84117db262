import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { destroyIfStalled, LET_GO_MS, letGo, refuseUpgrade, type Problem } from '@graphtail/runtime';
import type { FairTurns } from './fair-turns.ts';
import { pathOf } from './forward.ts';
import { pass } from './passing.ts';
import type { ServiceName } from './upstreams/addresses.ts';
import type { Wish } from './upstreams/choice.ts';
import type { Deliveries, Delivered } from './upstreams/delivery.ts';
import { beginExchange } from './upstreams/exchange.ts';

/** How long a service may take to answer an upgrade, ms. This includes the wait while it restarts. */
const ANSWER_WITHIN_MS = 30_000;
/** How long a tunnel stays open after the client closed its half, ms: what the client sent last must still reach the service. */
const HALF_OPEN_MS = 5_000;

/** How long a side may take no bytes, ms. Longer than the notifier's limit of 60 s plus its 30 s for telling the reason. */
const STALLED_MS = 120_000;

/** Headers that concern only one connection (RFC 9110, 7.6.1), besides those that `Connection` names. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

type Upgraded = Extract<Delivered, { kind: 'upgrade' }>;

export type TunnelTarget = {
  readonly service: ServiceName;
  readonly wish: Wish;
  readonly headers: IncomingHttpHeaders;
  readonly deliveries: Deliveries;
  readonly agent: Agent;
  readonly turns: FairTurns;
  /** Called when no process has answered; returns the problem for the client. */
  readonly onError: (error: Error) => Problem;
};

/**
 * Passes an upgrade on to a service, and then every byte both ways. If one side ends or breaks, both are closed within 30 s; a side
 * that takes no bytes is closed after {@link STALLED_MS}. So neither descriptor depends on the goodwill of the other side.
 */
export async function openTunnel(request: IncomingMessage, client: Socket, head: Buffer, to: TunnelTarget): Promise<void> {
  const { service, wish, headers, deliveries, agent, turns, onError } = to;
  let outgoing: ClientRequest | undefined;
  let isLate = false;
  const giveUp = (): void => void outgoing?.destroy();
  const late = setTimeout(() => {
    isLate = true;
    outgoing?.destroy(new Error('no answer to an upgrade'));
  }, ANSWER_WITHIN_MS);
  client.once('close', giveUp);
  try {
    const delivered = await deliveries.deliver(service, {
      wish,
      isRepeatable: true,
      isPatient: true,
      isWanted: () => !client.destroyed && !isLate,
      attempt(upstream) {
        const write = (sending: ClientRequest): void => void sending.end();
        const begun = beginExchange(upstream, agent, { method: 'GET', path: pathOf(request.url), headers, isRepeatable: true, write });
        outgoing = begun.outgoing;
        return begun.outcome;
      },
    });
    if (delivered.kind === 'answer') refuse(client, delivered.answer);
    else accept(client, head, delivered, turns);
  } catch (error) {
    if (!client.destroyed) refuseUpgrade(client, onError(error as Error));
  } finally {
    clearTimeout(late);
    client.off('close', giveUp);
  }
}

function accept(client: Socket, head: Buffer, { answer, socket: service, first }: Upgraded, turns: FairTurns): void {
  client.write(`HTTP/1.1 101 ${answer.statusMessage ?? ''}\r\n${rawLines(answer.rawHeaders, () => true)}\r\n`, 'latin1');
  if (first.length > 0) client.write(first);
  if (head.length > 0) service.write(head);
  join(client, service, turns);
}

function join(client: Socket, service: Socket, turns: FairTurns): void {
  service.setNoDelay(true);
  service.on('error', () => service.destroy());
  // If a subscriber does not read, the notifier sees only that its bytes are not taken. So the gateway must watch both sides itself.
  for (const side of [client, service]) destroyIfStalled(side, () => STALLED_MS);
  pass(service, client, turns);
  pass(client, service, turns);
  client.once('end', () => {
    letGo(service, HALF_OPEN_MS);
    letGo(client, HALF_OPEN_MS);
  });
  service.once('end', () => letGo(client, LET_GO_MS));
  // A side that broke never emits 'end'.
  client.once('close', () => {
    service.destroySoon();
    letGo(service, HALF_OPEN_MS);
  });
  service.once('close', () => {
    client.destroySoon();
    letGo(client, LET_GO_MS);
  });
}

/** Passes on the service's own answer to an upgrade that it refuses, as the last answer on this connection. */
function refuse(client: Socket, answer: IncomingMessage): void {
  const named = new Set((answer.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const lines = rawLines(answer.rawHeaders, (name) => !HOP_BY_HOP.has(name) && !named.has(name));
  client.write(`HTTP/1.1 ${String(answer.statusCode)} ${answer.statusMessage ?? ''}\r\n${lines}Connection: close\r\n\r\n`, 'latin1');
  answer.once('error', () => client.destroy());
  answer.pipe(client);
  client.resume();
  letGo(client);
}

function rawLines(raw: readonly string[], isWanted: (name: string) => boolean): string {
  let lines = '';
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (isWanted(raw[i]!.toLowerCase())) lines += `${raw[i]!}: ${raw[i + 1]!}\r\n`;
  }
  return lines;
}

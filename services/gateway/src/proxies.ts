import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answeredElsewhere,
  leaveUnmeasured,
  noSocketHere,
  Problem,
  refuseUpgrade,
  sendRawProblem,
  setRoute,
  targetOf,
  type Logger,
  type Upgrade,
} from '@graphtail/runtime';
import type { RequestHandler } from 'express';
import { FairTurns } from './fair-turns.ts';
import { forward } from './forward.ts';
import { connectionOptions, forwardedHeaders } from './forwarded.ts';
import { answerMerged, mergeFor } from './merged/merging.ts';
import type { Services } from './services.ts';
import { openTunnel } from './tunnel.ts';
import type { ServiceName } from './upstreams/addresses.ts';
import { Affinity } from './upstreams/affinity.ts';
import { ServiceAgent } from './upstreams/agent.ts';
import type { Wish } from './upstreams/choice.ts';
import type { Deliveries } from './upstreams/delivery.ts';

/** Which service answers which paths: a path that equals the prefix, or lies below it. */
const ROUTES: readonly { prefix: string; to: ServiceName; upgrades: boolean; polls?: true }[] = [
  { prefix: '/ws', to: 'notifier', upgrades: true },
  { prefix: '/socket.io', to: 'notifier', upgrades: true, polls: true },
  { prefix: '/sse', to: 'notifier', upgrades: false },
  { prefix: '/api/log', to: 'notifier', upgrades: false },
  { prefix: '/api/consumers', to: 'notifier', upgrades: false },
  { prefix: '/api/graph', to: 'projector', upgrades: false },
];

function routeOf(url: string): (typeof ROUTES)[number] | undefined {
  const { path } = targetOf(url);
  return ROUTES.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

/**
 * Passes requests and upgrades on to the services. If a service stays away for seconds, the answer is 503 `UNAVAILABLE`. If it dies in
 * the middle of an answer, that answer ends.
 */
export function createProxies(
  deliveries: Deliveries,
  services: Services,
  logger: Logger,
): { middleware: RequestHandler; upgrade: Upgrade; close: () => void } {
  const agent = new ServiceAgent();
  const turns = new FairTurns();
  const affinity = new Affinity();
  const wishOf = (request: IncomingMessage, service: ServiceName): Wish =>
    services.upstreams.of(service).length > 1 ? affinity.wishOf(request) : {};
  return {
    async middleware(request, response, next) {
      const route = routeOf(request.url);
      if (route === undefined) {
        next();
        return;
      }
      setRoute(response, `${route.prefix}/*`);
      if (route.polls) leaveUnmeasured(response);
      const connection = connectionOptions(request.headers).includes('close') ? 'close' : 'keep-alive';
      const headers = { ...forwardedHeaders(request), connection, ...requestIdOf(response) };
      const merge = mergeFor(services, route.to, request);
      if (merge !== undefined) {
        await answerMerged(merge, services, route.to, request, headers, response);
        return;
      }
      try {
        await forward(request, response, {
          service: route.to,
          wish: wishOf(request, route.to),
          headers,
          deliveries,
          agent,
          turns,
          onAnswer(answer, by) {
            if (route.polls) affinity.learn(answer, by);
            answeredElsewhere(response);
          },
        });
      } catch (error) {
        sendRawProblem(response, unanswered(error as Error, request, route.to, logger));
      }
    },
    upgrade(request, socket, head) {
      const route = routeOf(request.url ?? '');
      if (route?.upgrades !== true) refuseUpgrade(socket, noSocketHere());
      else {
        void openTunnel(request, socket, head, {
          service: route.to,
          wish: wishOf(request, route.to),
          headers: { ...forwardedHeaders(request), connection: 'Upgrade', upgrade: 'websocket' },
          deliveries,
          agent,
          turns,
          onError: (error) => unanswered(error, request, route.to, logger),
        });
      }
    },
    close: () => agent.destroy(),
  };
}

function requestIdOf(response: ServerResponse): { 'x-request-id'?: string } {
  const id = response.getHeader('x-request-id');
  return typeof id === 'string' ? { 'x-request-id': id } : {};
}

/** Logs that a service did not answer, and returns the problem for the client. */
function unanswered(error: NodeJS.ErrnoException, { url }: IncomingMessage, service: string, logger: Logger): Problem {
  const { path } = targetOf(url); // without the query, which may hold a token
  logger.info({ reason: error.code ?? error.message, to: service, path }, 'could not pass a request on');
  return new Problem(503, 'UNAVAILABLE', `The ${service} does not answer at the moment.`, { service, retry_after_seconds: 1 });
}

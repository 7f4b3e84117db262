import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
import type { RequestHandler as ExpressHandler } from 'express';
import { createProxyMiddleware, debugProxyErrorsPlugin, proxyEventsPlugin, type RequestHandler } from 'http-proxy-middleware';
import { FairTurns } from './fair-turns.ts';
import { connectionOptions, forwardedHeaders } from './forwarded.ts';
import { passAnswer } from './passing.ts';
import { PatientAgent } from './patient-agent.ts';
import { openTunnel } from './tunnel.ts';

/** Base URLs of the services. */
export type Upstreams = { ingest: string; projector: string; notifier: string };

/** How long a service's answer may be silent, ms. Event streams have a heartbeat every 15 s; no other answer is silent for so long. */
const SILENT_MS = 120_000;

/** Which service answers which paths: a path that equals the prefix, or lies below it. */
const ROUTES: readonly { prefix: string; to: keyof Upstreams; upgrades: boolean; polls?: true }[] = [
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
export function createProxies(upstreams: Upstreams, logger: Logger): { middleware: ExpressHandler; upgrade: Upgrade; close: () => void } {
  const agent = new PatientAgent();
  const turns = new FairTurns();
  const proxies: Record<keyof Upstreams, RequestHandler> = {
    ingest: proxyTo('ingest', upstreams.ingest, agent, turns, logger),
    projector: proxyTo('projector', upstreams.projector, agent, turns, logger),
    notifier: proxyTo('notifier', upstreams.notifier, agent, turns, logger),
  };
  return {
    middleware(request, response, next) {
      const route = routeOf(request.url);
      if (route === undefined) {
        next();
        return;
      }
      setRoute(response, `${route.prefix}/*`);
      if (route.polls) leaveUnmeasured(response);
      const connection = connectionOptions(request.headers).includes('close') ? 'close' : 'keep-alive';
      request.headers = { ...forwardedHeaders(request), connection };
      proxies[route.to](request, response, next).catch(next);
    },
    upgrade(request, socket, head) {
      const route = routeOf(request.url ?? '');
      if (route?.upgrades !== true) refuseUpgrade(socket, noSocketHere());
      else {
        openTunnel(request, socket, head, {
          base: new URL(upstreams[route.to]),
          agent,
          turns,
          headers: { ...forwardedHeaders(request), connection: 'Upgrade', upgrade: 'websocket' },
          onError: (error) => unanswered(error, request, route.to, logger),
        });
      }
    },
    close: () => agent.destroy(),
  };
}

function proxyTo(service: string, target: string, agent: PatientAgent, turns: FairTurns, logger: Logger): RequestHandler {
  return createProxyMiddleware<IncomingMessage, ServerResponse>({
    target,
    agent,
    selfHandleResponse: true,
    proxyTimeout: SILENT_MS,
    // The proxy's own answer to an error would be text without a code.
    ejectPlugins: true,
    plugins: [debugProxyErrorsPlugin, proxyEventsPlugin],
    on: {
      proxyReq(outgoing, _request, response) {
        const id = response.getHeader('x-request-id');
        if (typeof id === 'string') outgoing.setHeader('x-request-id', id);
      },
      proxyRes(answer, _request, response) {
        answeredElsewhere(response);
        passAnswer(answer, response, turns);
      },
      error(error, request, response) {
        const problem = unanswered(error, request, service, logger);
        if (response instanceof Socket) response.destroy();
        else sendRawProblem(response, problem);
      },
    },
  });
}

/** Logs that a service did not answer, and returns the problem for the client. */
function unanswered(error: NodeJS.ErrnoException, { url }: IncomingMessage, service: string, logger: Logger): Problem {
  const { path } = targetOf(url); // without the query, which may hold a token
  logger.info({ reason: error.code ?? error.message, to: service, path }, 'could not pass a request on');
  return new Problem(503, 'UNAVAILABLE', `The ${service} does not answer just now.`, { service, retry_after_seconds: 1 });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Problem, refuseUpgrade, sendProblem, setRoute, type Logger, type Upgrade } from '@graphtail/runtime';
import type { RequestHandler as ExpressHandler, Response } from 'express';
import { createProxyMiddleware, debugProxyErrorsPlugin, proxyEventsPlugin, type RequestHandler } from 'http-proxy-middleware';
import { PatientAgent } from './patient-agent.ts';

/** Base urls of the services. */
export type Upstreams = { ingest: string; projector: string; notifier: string };

/** Which service answers what: a path is its own prefix or lies below it. */
const ROUTES: readonly { prefix: string; to: keyof Upstreams; upgrades: boolean }[] = [
  { prefix: '/ws', to: 'notifier', upgrades: true },
  { prefix: '/socket.io', to: 'notifier', upgrades: true },
  { prefix: '/sse', to: 'notifier', upgrades: false },
  { prefix: '/api/log', to: 'notifier', upgrades: false },
  { prefix: '/api/consumers', to: 'notifier', upgrades: false },
  { prefix: '/api/graph', to: 'projector', upgrades: false },
];

function routeOf(url: string): (typeof ROUTES)[number] | undefined {
  const [path = ''] = url.split('?');
  return ROUTES.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

/** Passes requests and upgrades on to the services. A service that stays away for seconds is 503 `UNAVAILABLE`; one that dies mid-answer ends that answer. */
export function createProxies(upstreams: Upstreams, logger: Logger): { middleware: ExpressHandler; upgrade: Upgrade; close: () => void } {
  const agent = new PatientAgent();
  const proxies: Record<keyof Upstreams, RequestHandler> = {
    ingest: proxyTo('ingest', upstreams.ingest, agent, logger),
    projector: proxyTo('projector', upstreams.projector, agent, logger),
    notifier: proxyTo('notifier', upstreams.notifier, agent, logger),
  };
  return {
    middleware(request, response, next) {
      const route = routeOf(request.url);
      if (route === undefined) {
        next();
        return;
      }
      setRoute(response, `${route.prefix}/*`);
      proxies[route.to](request, response, next).catch(next);
    },
    upgrade(request, socket, head) {
      const route = routeOf(request.url ?? '');
      socket.on('error', (error) => logger.debug({ err: error }, 'a client socket broke'));
      if (route?.upgrades !== true) refuseUpgrade(socket, new Problem(404, 'NOT_FOUND', 'No socket is served here.'));
      else proxies[route.to].upgrade(request, socket as Socket, head);
    },
    close: () => agent.destroy(),
  };
}

function proxyTo(service: string, target: string, agent: PatientAgent, logger: Logger): RequestHandler {
  return createProxyMiddleware<IncomingMessage, ServerResponse>({
    target,
    agent,
    xfwd: true,
    // Its own answer to an error would be text without a code.
    ejectPlugins: true,
    plugins: [debugProxyErrorsPlugin, proxyEventsPlugin],
    on: {
      proxyReq(outgoing, _request, response) {
        const id = response.getHeader('x-request-id');
        if (typeof id === 'string') outgoing.setHeader('x-request-id', id);
      },
      proxyRes(answer, _request, response) {
        // A service that dies mid-answer: without this the client would wait for the rest for ever.
        answer.once('close', () => {
          if (!answer.complete) response.destroy();
        });
      },
      error(error, request, response) {
        // Without the query, which may hold a token.
        const [path] = (request.url ?? '').split('?');
        logger.info({ reason: (error as NodeJS.ErrnoException).code ?? error.message, to: service, path }, 'could not pass a request on');
        const problem = new Problem(503, 'UNAVAILABLE', `The ${service} does not answer just now.`, { service, retry_after_seconds: 1 });
        if (response instanceof Socket) refuseUpgrade(response, problem);
        else if (response.headersSent) response.destroy();
        else sendProblem(response as Response, problem);
      },
    },
  });
}

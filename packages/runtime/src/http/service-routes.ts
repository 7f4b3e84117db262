import type { Registry } from 'prom-client';
import { z } from 'zod';
import { accessIfAny, accessOf, requireAllGraphs } from '../guard/index.ts';
import { TroubleSchema } from '../health/troubles.ts';
import { sendJson } from './answer.ts';
import { healthSummary, type HealthBody } from './health-summary.ts';
import { OpenApiSchema, type OpenApi } from './openapi.ts';
import { route, type Parsed, type Route, type Shape } from './route.ts';

export type ServiceFace = {
  readonly name: string;
  readonly registry: Registry;
  /** The body of `/health`. It is sent with 200 if its status is `ok`, else with 503. */
  readonly health: () => Promise<HealthBody>;
  /** For `/ready`: true, or why the service is not ready (503). An orchestrator requests it before it sends traffic. */
  readonly ready: () => boolean | string;
  /** The text of `/metrics`. Default: the content of the registry. */
  readonly metrics?: MetricsText;
};

/** The query parameters of `/metrics`, and its text. */
export type MetricsText<Q extends Shape = Shape> = { readonly query: Q; readonly text: (query: Parsed<Q>) => Promise<string> };

const Health = z.looseObject({
  status: z.enum(['ok', 'degraded']).describe('the other members depend on the service'),
  troubles: z.array(TroubleSchema).optional().describe("what the service can't do at the moment"),
});
const Ready = z.object({ ready: z.boolean(), service: z.string(), reason: z.string().optional().describe('why not yet') });

/** Returns the routes that every service has at its own port. */
export function serviceRoutes({ name, registry, health, ready, metrics }: ServiceFace, description: () => OpenApi): Route[] {
  return [
    route({
      method: 'get',
      path: '/health',
      tag: 'service',
      summary:
        'Whether it works, and the state of what it depends on. If a token is needed, a request without one gets only whether it works',
      answers: { 200: Health, 503: Health },
      async handle({ response }) {
        const body = await health();
        const access = accessIfAny(response);
        const mayKnowAll = access !== undefined && access.graphs === undefined;
        response.status(body.status === 'ok' ? 200 : 503).json(mayKnowAll ? body : healthSummary(body));
      },
    }),
    route({
      method: 'get',
      path: '/ready',
      tag: 'service',
      summary: 'Whether it can take requests',
      answers: { 200: Ready, 503: Ready },
      handle({ response }) {
        const answer = ready();
        if (answer === true) response.json({ ready: true, service: name });
        else response.status(503).json({ ready: false, service: name, reason: answer === false ? 'starting' : answer });
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      tag: 'service',
      summary: 'Its metrics, for Prometheus (docs/METRICS.md)',
      query: metrics?.query ?? {},
      answers: { 200: z.string() },
      media: ['text/plain'],
      async handle({ query, response }) {
        requireAllGraphs(accessOf(response));
        response.type(registry.contentType).send(await (metrics?.text(query) ?? registry.metrics()));
      },
    }),
    route({
      method: 'get',
      path: '/openapi.json',
      tag: 'service',
      summary: 'The routes of this service; the gateway has those of all services at /api/openapi.json',
      answers: { 200: OpenApiSchema },
      handle: ({ response }) => sendJson(response, description()),
    }),
  ];
}

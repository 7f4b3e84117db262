import { OffsetSchema } from '@graphtail/facts';
import { GraphRegistry, openLog } from '@graphtail/log';
import { accessOf, requireAllGraphs, route, sendJson, type Route } from '@graphtail/runtime';
import type { Response } from 'express';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { FiguresSchema, figuresOf } from './figures.ts';
import type { Sampler } from './sampler.ts';
import type { Span } from './rates.ts';

/** A stream whose reader is this many bytes behind gets no more frames until it has read them. */
const UNREAD_AT_MOST = 256 * 1024;

const count = z.int().min(0);
const LogSchema = z.object({ graph: z.string(), earliest: OffsetSchema, head: OffsetSchema, facts: count, bytes: count });
const OpsSchema = FiguresSchema.extend({ logs: z.array(LogSchema).describe('none while Redis is away') }).meta({ id: 'Ops' });
type Ops = z.infer<typeof OpsSchema>;

/** `/api/ops` and `/sse/ops`: how the processes of all services are doing. */
export function opsRoutes(sampler: Sampler, redis: Redis): Route[] {
  const graphs = new GraphRegistry(redis);
  const ops = async (span: Span): Promise<Ops> => ({ ...figuresOf(span), logs: await logsOf(redis, graphs) });
  return [
    route({
      method: 'get',
      path: '/api/ops',
      tag: 'ops',
      summary: 'Processes, delivery, lag and logs: the figures of the last ten seconds',
      answers: { 200: OpsSchema },
      async handle({ response }) {
        requireAllGraphs(accessOf(response));
        sendJson(response, await ops(await sampler.span()));
      },
    }),
    route({
      method: 'get',
      path: '/sse/ops',
      tag: 'ops',
      summary: 'The same as server-sent events: one event `ops` a second',
      answers: { 200: z.string() },
      media: ['text/event-stream'],
      handle({ request, response }) {
        requireAllGraphs(accessOf(response));
        begin(response);
        if (request.method === 'HEAD') {
          response.end();
          return;
        }
        const stop = sampler.follow((span) => {
          if (response.writableLength > UNREAD_AT_MOST) return;
          void ops(span).then((frame) => response.write(`event: ops\ndata: ${JSON.stringify(frame)}\n\n`));
        });
        response.once('close', stop);
      },
    }),
  ];
}

function begin(response: Response): void {
  response.status(200);
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('Cache-Control', 'no-cache, no-transform');
  response.setHeader('X-Accel-Buffering', 'no'); // a proxy that buffers the answer would delay frames
  response.flushHeaders();
}

/** The bounds of all graphs' logs. A log that can't be read just now is left out. */
async function logsOf(redis: Redis, graphs: GraphRegistry): Promise<Ops['logs']> {
  const names = await graphs.list().catch(() => []);
  const bounds = names.map(async ({ name: graph }) => {
    const { earliest, head, facts, bytes } = await openLog(redis, graph).bounds();
    return { graph, earliest, head, facts, bytes };
  });
  return (await Promise.allSettled(bounds)).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

import { Problem, type MetricsText, type Parsed, type Registry } from '@graphtail/runtime';
import { z } from 'zod';
import { labelled, mergeExpositions } from './exposition.ts';
import type { Answer, AnswerOf, Services } from './services.ts';
import type { ServiceName } from './upstreams/addresses.ts';

const query = { service: z.enum(['ingest', 'projector', 'notifier', 'gateway']).optional() };

/**
 * `/metrics` of the one origin: the metrics of all services, each sample with a label `service`. With `?service=`, it is the text of
 * one service only. So a Prometheus that knows only this address can see each service as a target. If a service has several processes,
 * each sample also has a label `process`: its address.
 */
export function systemMetrics(services: Services, registry: Registry): MetricsText<typeof query> {
  const sources: Record<ServiceName | 'gateway', () => Promise<string>> = {
    ingest: () => exported(services, 'ingest'),
    projector: () => exported(services, 'projector'),
    notifier: () => exported(services, 'notifier'),
    gateway: () => registry.metrics(),
  };
  const text = async ({ service }: Parsed<typeof query>): Promise<string> => {
    if (service !== undefined) {
      return sources[service]().catch((error: unknown) => {
        const problem = new Problem(503, 'UNAVAILABLE', `The ${service} does not answer at the moment.`, {
          service,
          retry_after_seconds: 1,
        });
        problem.cause = error;
        throw problem;
      });
    }
    const texts = await Promise.all(
      Object.entries(sources).map(([name, source]) =>
        source().then(
          (text) => labelled(text, 'service', name),
          () => `# ${name} does not answer\n`,
        ),
      ),
    );
    return mergeExpositions(texts);
  };
  return { query, text };
}

/** The text of all processes of a service that answer. @throws {Error} if none does */
async function exported(services: Services, name: ServiceName): Promise<string> {
  const answers = await services.getFromAll(name, '/metrics');
  const exporting = answers.filter((answer) => 'status' in answer && answer.status === 200) as Extract<AnswerOf, Answer>[];
  const [only] = exporting;
  if (only === undefined) throw new Error(`the ${name} does not answer`);
  if (answers.length === 1) return only.body;
  const away = answers.filter((answer) => !exporting.includes(answer as never)).map(({ from }) => `# ${from.address} does not answer\n`);
  return mergeExpositions([...away, ...exporting.map(({ from, body }) => labelled(body, 'process', from.address))]);
}

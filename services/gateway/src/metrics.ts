import { Problem, type MetricsText, type Parsed, type Registry } from '@graphtail/runtime';
import { z } from 'zod';
import { labelled, mergeExpositions } from './exposition.ts';
import type { Upstreams } from './proxies.ts';
import type { Services } from './services.ts';

const query = { service: z.enum(['ingest', 'projector', 'notifier', 'gateway']).optional() };

/**
 * `/metrics` of the one origin: the metrics of all services, each sample with a label `service`. With `?service=`, it is the text of
 * one service only. So a Prometheus that knows only this address can see each service as a target.
 */
export function systemMetrics(services: Services, registry: Registry): MetricsText<typeof query> {
  const sources: Record<keyof Upstreams | 'gateway', () => Promise<string>> = {
    ingest: () => exported(services, 'ingest'),
    projector: () => exported(services, 'projector'),
    notifier: () => exported(services, 'notifier'),
    gateway: () => registry.metrics(),
  };
  const text = async ({ service }: Parsed<typeof query>): Promise<string> => {
    if (service !== undefined) {
      return sources[service]().catch((error: unknown) => {
        const problem = new Problem(503, 'UNAVAILABLE', `The ${service} does not answer just now.`, { service, retry_after_seconds: 1 });
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

async function exported(services: Services, name: keyof Upstreams): Promise<string> {
  const response = await services.get(name, '/metrics');
  if (!response.ok) throw new Error(`${name} answers ${String(response.status)}`);
  return response.text();
}

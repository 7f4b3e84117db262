import { counter, gauge, type Registry } from '@graphtail/runtime';
import { z } from 'zod';
import { SERVICES, type ServiceName } from './upstreams/addresses.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

/** The processes that a supervisor may start again. */
const SUPERVISED = [...SERVICES, 'gateway', 'redis'] as const;

/** The message by which the parent process tells how often it has started each process again. */
export const RestartsMessageSchema = z.object({
  type: z.literal('restarts'),
  restarts: z.partialRecord(z.enum(SUPERVISED), z.int().min(0)),
});
export type Restarts = z.infer<typeof RestartsMessageSchema>['restarts'];

/** Counts restarts as the supervisor tells them; without a supervisor there are no series. Returns the function that takes its counts. */
export function restartMetrics(registry: Registry): (restarts: Restarts) => void {
  const total = counter(registry, 'graphtail_restarts_total', 'Times that the supervisor started a process again.', ['process']);
  const counted = new Map<string, number>();
  return (restarts) => {
    for (const process of SUPERVISED) {
      const now = restarts[process] ?? 0;
      total.inc({ process }, Math.max(0, now - (counted.get(process) ?? 0)));
      counted.set(process, now);
    }
  };
}

/** Metrics of the processes behind the gateway. Returns the function that counts a request which another try was needed for. */
export function processMetrics(registry: Registry, upstreams: Upstreams): (service: ServiceName) => void {
  gauge(
    registry,
    'graphtail_upstream_processes',
    'Processes of a service that the gateway knows, by whether it sends requests to them.',
    ['upstream', 'state'],
    (metric) => {
      const now = performance.now();
      for (const service of SERVICES) {
        const processes = upstreams.of(service);
        const usable = processes.filter((each) => each.rank(now) === 0).length;
        metric.set({ upstream: service, state: 'usable' }, usable);
        metric.set({ upstream: service, state: 'avoided' }, processes.length - usable);
      }
    },
  );
  const retries = counter(
    registry,
    'graphtail_upstream_retries_total',
    'Requests that a process of a service did not answer, and that were sent again.',
    ['upstream'],
    SERVICES.map((upstream) => ({ upstream })),
  );
  return (service) => retries.inc({ upstream: service });
}

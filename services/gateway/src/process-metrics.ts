import { counter, gauge, type Registry } from '@graphtail/runtime';
import { SERVICES, type ServiceName } from './upstreams/addresses.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

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
  );
  return (service) => retries.inc({ upstream: service });
}

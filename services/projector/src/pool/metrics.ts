import { counter, gauge, secondsHistogram, type Registry } from '@graphtail/runtime';

/** Prometheus metrics of the thread for expensive queries. */
export function poolMetrics(registry: Registry) {
  return {
    waiting: gauge(registry, 'graphtail_projector_queries_waiting', 'Expensive queries that wait for the query thread.'),
    busy: gauge(registry, 'graphtail_projector_query_threads_busy', 'Query threads that compute an answer: 0 or 1.'),
    refused: counter(
      registry,
      'graphtail_projector_queries_refused_total',
      'Expensive queries that were not answered, by reason.',
      ['reason'],
      ['busy', 'deadline', 'budget', 'memory'].map((reason) => ({ reason })),
    ),
    duration: secondsHistogram(
      registry,
      'graphtail_projector_query_duration_seconds',
      'Time that the query thread took to compute an answer, without the wait for it.',
      ['result'],
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    ),
  };
}
export type PoolMetrics = ReturnType<typeof poolMetrics>;

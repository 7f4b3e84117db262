import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Registry } from 'prom-client';

export type Labels = Partial<Record<string, string | number>>;

/** In seconds, from half a millisecond to ten seconds: how long a request, an append or a delivery may take. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.012, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Returns a registry with prom-client's process metrics. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  gauge(registry, 'graphtail_process_pid', 'The number that the system gave the process.').set(process.pid);
  return registry;
}

export type SecondsHistogram = {
  /** Observes a duration in milliseconds, the unit of `performance.now()`. The metric is in seconds. */
  observeMs(milliseconds: number, labels?: Labels): void;
  /** Starts now. The returned function observes the time since then, and returns it in milliseconds. */
  startTimer(labels?: Labels): (more?: Labels) => number;
  /** Begins a series with no observation. */
  zero(labels: Labels): void;
  /** Ends a series. */
  remove(labels: Labels): void;
};

function assertUnit(name: string, unit: string): void {
  if (!name.endsWith(unit)) throw new TypeError(`metric ${name} must end in ${unit}`);
}

/** A latency metric. Its name ends in `_seconds`, and it accepts only milliseconds. */
export function secondsHistogram(
  registry: Registry,
  name: string,
  help: string,
  labels: readonly string[] = [],
  buckets: readonly number[] = LATENCY_BUCKETS,
): SecondsHistogram {
  assertUnit(name, '_seconds');
  const histogram = new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] });
  const observeMs = (milliseconds: number, given: Labels = {}): void => {
    histogram.observe(given as Record<string, string | number>, milliseconds / 1000);
  };
  return {
    observeMs,
    zero: (given) => histogram.zero(given),
    remove: (given) => histogram.remove(given as Record<string, string>),
    startTimer(given = {}) {
      const started = performance.now();
      return (more = {}) => {
        const passed = performance.now() - started;
        observeMs(passed, { ...given, ...more });
        return passed;
      };
    },
  };
}

/**
 * A count that only rises. Its name ends in `_total`.
 * @param from what its labels are known to be: those series begin at 0, so that a first event counts as an increase
 */
export function counter(
  registry: Registry,
  name: string,
  help: string,
  labels: readonly string[] = [],
  from: readonly Labels[] = [],
): Counter {
  assertUnit(name, '_total');
  const made = new Counter({ name, help, labelNames: labels, registers: [registry] });
  for (const each of from) made.inc(each as Record<string, string>, 0);
  return made;
}

/** A value that goes up and down. `collect` is called at each scrape to set it. */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  labels: readonly string[] = [],
  collect?: (gauge: Gauge) => void | Promise<void>,
): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    ...(collect && {
      collect(this: Gauge) {
        return collect(this);
      },
    }),
  });
}

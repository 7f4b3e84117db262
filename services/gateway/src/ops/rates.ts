import type { Sample } from './samples.ts';
import { samplesOf, type Scrape } from './scrape.ts';

type Where = Readonly<Record<string, string>>;

/** Two scrapes, between which counters are compared. */
export type Span = { readonly from: Scrape; readonly to: Scrape };

export function secondsOf({ from, to }: Span): number {
  return Math.max(0.001, (to.at - from.at) / 1_000);
}

/** Identifies a series of a metric. */
export function keyOf({ labels }: Pick<Sample, 'labels'>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * How much each series of a counter has grown. A series that is lower than before began again at 0, and so did one that its process did not
 * have before. Nothing is known of a process that did not answer before.
 */
export function growth({ from, to }: Span, name: string, where: Where = {}): { labels: Where; value: number }[] {
  const before = new Map(samplesOf(from, name, where).map((sample) => [keyOf(sample), sample.value]));
  const answered = new Set(samplesOf(from, 'up').flatMap(({ labels, value }) => (value === 1 ? [processOf(labels)] : [])));
  return samplesOf(to, name, where).map((sample) => {
    if (!answered.has(processOf(sample.labels))) return { labels: sample.labels, value: 0 };
    const then = before.get(keyOf(sample)) ?? 0;
    return { labels: sample.labels, value: sample.value >= then ? sample.value - then : sample.value };
  });
}

function processOf({ job, instance }: Where): string {
  return `${job ?? ''} ${instance ?? ''}`;
}

export function totalGrowth(span: Span, name: string, where: Where = {}): number {
  return growth(span, name, where).reduce((sum, { value }) => sum + value, 0);
}

/**
 * A quantile of what a histogram observed meanwhile, in its own unit; undefined if it observed nothing. It is interpolated within its
 * bucket, as Prometheus does.
 */
export function quantile(q: number, buckets: readonly { labels: Where; value: number }[]): number | undefined {
  const sums = new Map<number, number>();
  for (const { labels, value } of buckets) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    sums.set(bound, (sums.get(bound) ?? 0) + value);
  }
  const sorted = [...sums].sort(([a], [b]) => a - b);
  const total = sorted.at(-1)?.[1] ?? 0;
  if (total === 0) return undefined;
  const wanted = q * total;
  const index = sorted.findIndex(([, count]) => count >= wanted);
  const [bound, count] = sorted[index]!;
  const [lower, below] = index === 0 ? [0, 0] : sorted[index - 1]!;
  if (bound === Infinity) return lower;
  return count === below ? bound : lower + ((bound - lower) * (wanted - below)) / (count - below);
}

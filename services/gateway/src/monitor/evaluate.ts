import { keyOf, quantile } from '../ops/rates.ts';
import { samplesOf, type Scrape } from '../ops/scrape.ts';
import type { Expression, Matcher, Operator } from './promql.ts';

/** A value with its labels, as Prometheus's instant vectors have them. */
export type Value = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

const ARITHMETIC: Partial<Record<Operator, (a: number, b: number) => number>> = {
  '/': (a, b) => a / b,
  '*': (a, b) => a * b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};
const COMPARISON: Partial<Record<Operator, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/**
 * Evaluates an expression at the last of these scrapes. Where Prometheus extrapolates a rate to the whole range, this does not: the
 * difference matters only in the first minutes.
 * @param scrapes in the order of time
 */
export function evaluate(expression: Expression, scrapes: readonly Scrape[]): readonly Value[] {
  const last = scrapes.at(-1);
  if (last === undefined) return [];
  switch (expression.kind) {
    case 'number':
      return [{ labels: {}, value: expression.value }];
    case 'series':
      return samplesOf(last, expression.name).filter(({ labels }) => fits(labels, expression.where));
    case 'increase':
    case 'rate':
      return increases(expression, scrapes);
    case 'quantile':
      return quantiles(expression.q, evaluate(expression.of, scrapes));
    case 'sum':
    case 'count':
    case 'max':
      return aggregated(expression.kind, expression.by, evaluate(expression.of, scrapes));
    case 'binary':
      return combined(expression, scrapes);
  }
}

function fits(labels: Value['labels'], where: readonly Matcher[]): boolean {
  return where.every(({ label, operator, value }) => {
    const own = labels[label] ?? '';
    if (operator === '=' || operator === '!=') return (own === value) === (operator === '=');
    return new RegExp(`^(?:${value})$`).test(own) === (operator === '=~');
  });
}

/** A series that was not in an earlier scrape of the range began at 0: its first event counts. */
function increases(
  { kind, of, seconds }: Extract<Expression, { kind: 'increase' | 'rate' }>,
  scrapes: readonly Scrape[],
): readonly Value[] {
  const to = scrapes.at(-1)!;
  const [first, ...later] = scrapes.filter(({ at }) => to.at - at <= seconds * 1_000);
  if (first === undefined || later.length === 0) return [];
  const fitting = ({ samples }: Scrape) => (samples.get(of.name) ?? []).filter(({ labels }) => fits(labels, of.where));
  const series = new Map(fitting(first).map(({ labels, value }) => [keyOf({ labels }), { labels, last: value, grown: 0 }]));
  for (const { labels, value } of later.flatMap(fitting)) {
    const key = keyOf({ labels });
    const known = series.get(key) ?? { labels, last: 0, grown: 0 };
    known.grown += value >= known.last ? value - known.last : value; // a counter that is lower began again at 0
    known.last = value;
    series.set(key, known);
  }
  const ms = to.at - first.at;
  return [...series.values()].map(({ labels, grown }) => ({ labels, value: kind === 'rate' ? (grown * 1_000) / ms : grown }));
}

function quantiles(q: number, buckets: readonly Value[]): readonly Value[] {
  const grouped = Map.groupBy(buckets, ({ labels: { le: _, ...rest } }) => keyOf({ labels: rest }));
  return [...grouped.values()].flatMap((group) => {
    const value = quantile(q, group);
    const { le: _, ...labels } = group[0]!.labels;
    return value === undefined ? [] : [{ labels, value }];
  });
}

function aggregated(kind: 'sum' | 'count' | 'max', by: readonly string[], values: readonly Value[]): readonly Value[] {
  const kept = ({ labels }: Value): Record<string, string> =>
    Object.fromEntries(by.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])));
  const grouped = Map.groupBy(values, (value) => keyOf({ labels: kept(value) }));
  return [...grouped.values()].map((group) => ({
    labels: kept(group[0]!),
    value: aggregate(
      kind,
      group.map(({ value }) => value),
    ),
  }));
}

function aggregate(kind: 'sum' | 'count' | 'max', values: readonly number[]): number {
  if (kind === 'count') return values.length;
  return kind === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

function combined({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scrapes: readonly Scrape[]): readonly Value[] {
  const [a, b] = [evaluate(left, scrapes), evaluate(right, scrapes)];
  const others = new Map(b.map((value) => [keyOf(value), value]));
  if (operator === 'and') return a.filter((value) => others.has(keyOf(value)));
  if (operator === 'unless') return a.filter((value) => !others.has(keyOf(value)));
  if (operator === 'or') {
    const own = new Set(a.map(keyOf));
    return [...a, ...b.filter((value) => !own.has(keyOf(value)))];
  }
  const partnerOf = (value: Value): Value | undefined => (right.kind === 'number' ? b[0] : others.get(keyOf(value)));
  return a.flatMap((value) => {
    const partner = partnerOf(value);
    if (partner === undefined) return [];
    const compare = COMPARISON[operator];
    if (compare !== undefined) return compare(value.value, partner.value) ? [value] : [];
    return [{ labels: value.labels, value: ARITHMETIC[operator]!(value.value, partner.value) }];
  });
}

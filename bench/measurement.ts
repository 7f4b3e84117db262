/**
 * One figure, the figure of a named baseline from the same run, and their ratio. Without a baseline the ratio is NaN, and the name says
 * why.
 */
export type Measurement = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baselineName: string;
  readonly baseline: number;
  readonly ratio: number;
};

export function measurement(name: string, value: number, unit: string, baselineName: string, baseline: number): Measurement {
  return { name, value: significant(value), unit, baselineName, baseline: significant(baseline), ratio: significant(value / baseline) };
}

/** A figure whose baseline is not available here. */
export function figure(name: string, value: number, unit: string, why: string): Measurement {
  return measurement(name, value, unit, why, NaN);
}

function significant(value: number): number {
  return Number(value.toPrecision(4));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Runs both in turn, so that changes of the machine's speed affect both equally. Returns the median of each. */
export async function alternately(rounds: number, one: () => Promise<number>, other: () => Promise<number>): Promise<[number, number]> {
  const [ones, others]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ones.push(await one());
    others.push(await other());
  }
  return [median(ones), median(others)];
}

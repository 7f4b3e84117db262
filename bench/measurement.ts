/** One figure, the figure of a named baseline measured in the same run, and value / baseline; NaN and a name that says why where there is none. */
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

/** A figure of which the baseline is not to be had here. */
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

/** Runs both in turn, so that a machine whose speed drifts is equally unfair to both; gives back the median of each. */
export async function alternately(rounds: number, one: () => Promise<number>, other: () => Promise<number>): Promise<[number, number]> {
  const [ones, others]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ones.push(await one());
    others.push(await other());
  }
  return [median(ones), median(others)];
}

import type { Rig } from './rig.ts';

/** What a soak came to, for a person to read. */
export function summary(rig: Rig, run: { seed: number; injected: number; ms: number; failed: boolean }): string {
  const { checked } = rig;
  const told = Object.entries(Object.groupBy(rig.told, (code) => code)).map(([code, all]) => `${code} ${String(all?.length)}`);
  const recoveries = [...rig.recoveries].map(
    ([what, ms]) =>
      `  ${what.padEnd(10)} median ${seconds(quantile(ms, 0.5))}, p95 ${seconds(quantile(ms, 0.95))}, of ${String(ms.length)}`,
  );
  return [
    '',
    `${run.failed ? 'FAILED' : 'all equal'}: seed ${String(run.seed)}, ${(run.ms / 60_000).toFixed(1)} minutes, ${String(run.injected)} faults`,
    `deliveries checked ${String(checked.deliveries)}, appended facts ${String(checked.appended)}, comparisons ${String(checked.comparisons)}`,
    `gaps, repetitions, divergences: ${run.failed ? 'see above' : '0'}`,
    `told to subscribers: ${told.length === 0 ? 'nothing' : told.join(', ')}`,
    'from the kill to work done again:',
    ...recoveries,
  ].join('\n');
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

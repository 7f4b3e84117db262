import type { Rig } from './rig.ts';

export type Run = {
  readonly seed: number;
  readonly ms: number;
  readonly failed: boolean;
  /** How often each class's faults were injected. */
  readonly injected: ReadonlyMap<string, number>;
};

const LABEL = 22;

/** What a soak came to, for a person to read. */
export function summary(rig: Rig, { seed, ms, failed, injected }: Run): string {
  const { deliveries, appended, comparisons, snapshots, receipts } = rig.checked;
  const faults = sum(injected.values());
  const told = Object.entries(Object.groupBy(rig.told, (code) => code)).map(([code, all]) => [code, String(all?.length)]);
  return [
    `${failed ? '✗ FAILED' : '✓ no gap, no repetition, no divergence'} · seed ${String(seed)} · ${(ms / 60_000).toFixed(1)} minutes · ${number(faults)} faults`,
    '',
    line('deliveries checked', number(deliveries), `of ${number(appended)} facts that were appended, to each subscriber`),
    line('comparisons', number(comparisons), 'of source, log, projector and every subscriber, at rest'),
    line('snapshots checked', number(snapshots), 'each folded on to the head'),
    line('receipts proved', number(receipts), 'by clients, of what they received'),
    line('gaps', failed ? 'see above' : '0'),
    line('repetitions', failed ? 'see above' : '0'),
    line('divergences', failed ? 'see above' : '0'),
    ...section(
      'faults injected',
      Array.from(injected, ([name, count]) => [name, number(count)]),
    ),
    ...section('subscribers were told', told.length === 0 ? [['nothing', '']] : told),
    ...section(
      'killed between two steps',
      rig.steps
        .figures()
        .map(({ service, places, commands }) => [service, `${number(places)} places, ${number(commands)} beside different commands`]),
    ),
    ...section(
      'from the end of a fault until all was equal again, by class',
      Array.from(rig.equalAfter, ([name, each]) => [name, recovery(each)]),
    ),
    ...section(
      'from the fault to work done again',
      Array.from(rig.recoveries, ([what, each]) => [what, recovery(each)]),
    ),
  ].join('\n');
}

function line(label: string, figure: string, meaning = ''): string {
  return `  ${label.padEnd(LABEL)}${figure.padStart(11)}  ${meaning}`.trimEnd();
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([label = '']) => label.length));
  return ['', `  ${title}`, ...rows.map(([label = '', figure = '']) => `    ${label.padEnd(width)}  ${figure}`.trimEnd())];
}

function recovery(ms: readonly number[]): string {
  return `median ${seconds(quantile(ms, 0.5))}  p95 ${seconds(quantile(ms, 0.95))}  worst ${seconds(Math.max(...ms))}  of ${String(ms.length)}`;
}

/** Nearest rank. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

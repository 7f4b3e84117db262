import { setTimeout as wait } from 'node:timers/promises';
import type { Finding } from '../oracle/finding.ts';
import { PROCESSES, type Held, type ProcessName } from '../rig/processes.ts';
import type { GraphState, Product } from '../rig/product.ts';

/** What the product was before the load. */
export type Before = { readonly held: Partial<Record<ProcessName, Held>>; readonly state: GraphState };

/** Connections that the gateway keeps for the next request, for longer than {@link StuckPeers} may stay: far fewer than those are. */
const SPARE_DESCRIPTORS = 64;
/** What garbage collection had no reason to give back. */
const SPARE_BYTES = 200 * 1024 * 1024;
const LOOK_EVERY_MS = 250;
/** Garbage collection runs when a process is idle. */
const QUIET_MS = 3_000;

export async function lookBefore(product: Product): Promise<Before> {
  return { held: await product.held(), state: await product.state() };
}

/** Waits until every process has given back what the load made it open; finds those that have not, within the bound. */
export async function descriptorsKept(product: Product, { held: before }: Before, withinMs: number): Promise<Finding[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const now = await product.held();
    const kept = PROCESSES.filter((name) => (now[name]?.descriptors ?? 0) > (before[name]?.descriptors ?? 0) + SPARE_DESCRIPTORS);
    if (kept.length === 0) return [];
    if (performance.now() > deadline)
      return kept.map((name) =>
        overall(
          'descriptors are kept',
          name,
          `${String(now[name]?.descriptors)} are open ${String(withinMs / 1000)} s after the load, before it ${String(before[name]?.descriptors)}`,
        ),
      );
    await wait(LOOK_EVERY_MS);
  }
}

/** Finds processes whose memory, after a quiet time, is more than a bound above what it was before the load. */
export async function memoryKept(product: Product, { held: before }: Before): Promise<Finding[]> {
  await wait(QUIET_MS);
  const now = await product.held();
  return PROCESSES.filter((name) => (now[name]?.rssBytes ?? 0) > (before[name]?.rssBytes ?? 0) + SPARE_BYTES).map((name) =>
    overall('memory is kept', name, `${megabytes(now[name]?.rssBytes)} after the load, before it ${megabytes(before[name]?.rssBytes)}`),
  );
}

/** Nothing was sent that may change the graph. */
export async function graphChanged(product: Product, { state: before }: Before): Promise<Finding[]> {
  const after = await product.state();
  if (after.head === before.head && after.stateDigest === before.stateDigest) return [];
  return [overall('the graph has changed', 'the log or the state', `${JSON.stringify(before)} became ${JSON.stringify(after)}`)];
}

/** What is no single try's doing. */
export function overall(kind: string, about: string, detail: string): Finding {
  return { kind, about, detail, reproduction: 'the whole run' };
}

export function megabytes(bytes = 0): string {
  return `${String(Math.round(bytes / 1024 / 1024))} MB`;
}

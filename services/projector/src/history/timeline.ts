import { compareOffsets, type Offset } from '@graphtail/facts';
import { LogDamaged, type FactLog } from '@graphtail/log';
import { readUpTo } from '../folding/read-up-to.ts';

type Counts = Map<string, number>;

const TYPE = /"event_type":"([a-z_]+)"/;

/** The shortest interval of a timeline, in ms. */
const BASE_MS = 1_000;

/**
 * Number of facts by kind and second, as the log has them. The first request counts from the log's floor. A later request
 * continues from where the last one ended. A request for an earlier offset counts from the floor again.
 */
export class Timeline {
  readonly #log: FactLog;
  #counted: Counted | undefined;

  constructor(log: FactLog) {
    this.#log = log;
  }

  /** Counts up to an offset that was judged. @throws the signal's reason; the facts counted until then stay counted */
  async upTo(offset: Offset, signal: AbortSignal): Promise<ReadonlyMap<number, ReadonlyMap<string, number>>> {
    if (this.#counted !== undefined && !(await this.#log.judge(this.#counted.cursor)).ok) this.#counted = undefined;
    if (this.#counted !== undefined && compareOffsets(this.#counted.cursor, offset) > 0) {
      const afresh = await startOf(this.#log);
      await count(this.#log, afresh, offset, signal);
      return afresh.seconds;
    }
    this.#counted ??= await startOf(this.#log);
    await count(this.#log, this.#counted, offset, signal);
    return this.#counted.seconds;
  }
}

/** Every fact up to the cursor is counted. */
type Counted = { cursor: Offset; readonly seconds: Map<number, Counts> };

async function startOf(log: FactLog): Promise<Counted> {
  return { cursor: (await log.state()).floor, seconds: new Map() };
}

async function count(log: FactLog, counted: Counted, offset: Offset, signal: AbortSignal): Promise<void> {
  for await (const part of readUpTo(log, counted.cursor, offset)) {
    signal.throwIfAborted();
    if (part instanceof LogDamaged) {
      counted.cursor = part.damage.through; // its facts can't be counted; the other batches are
      continue;
    }
    const { facts, through, appendedAt } = part;
    const second = Math.floor(appendedAt / BASE_MS);
    let counts = counted.seconds.get(second);
    if (counts === undefined) counted.seconds.set(second, (counts = new Map<string, number>()));
    for (const json of facts) {
      const type = TYPE.exec(json)?.[1] ?? 'unknown';
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    counted.cursor = through;
  }
}

export type Interval = {
  readonly start: string;
  readonly facts: number;
  readonly by_type: Readonly<Record<string, number>>;
  /** Nodes and relationships that were added, updated or deleted. */
  readonly churn: number;
};

const CHURN = /^(node|relationship)_(added|updated|deleted)$/;

/** The newest `limit` intervals in which something happened, oldest first. */
export function intervals(seconds: ReadonlyMap<number, ReadonlyMap<string, number>>, lengthSeconds: number, limit: number): Interval[] {
  const grouped = new Map<number, Counts>();
  for (const [second, counts] of seconds) {
    const start = Math.floor((second * BASE_MS) / (lengthSeconds * 1_000)) * lengthSeconds;
    let group = grouped.get(start);
    if (group === undefined) grouped.set(start, (group = new Map<string, number>()));
    for (const [type, facts] of counts) group.set(type, (group.get(type) ?? 0) + facts);
  }
  return [...grouped]
    .sort(([a], [b]) => a - b)
    .slice(-limit)
    .map(([start, counts]) => ({
      start: new Date(start * 1_000).toISOString(),
      facts: sum(counts.values()),
      by_type: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      churn: sum([...counts].filter(([type]) => CHURN.test(type)).map(([, facts]) => facts)),
    }));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

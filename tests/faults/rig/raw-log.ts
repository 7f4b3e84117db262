import { addLanes, hashText, lanesToHex, ZERO, type Lanes } from '@graphtail/facts';
import type { Redis } from 'ioredis';

export type RawFact = { readonly seq: number; readonly offset: string; readonly json: string };
export type RawEpoch = { readonly epoch: number; readonly startSeq: number; readonly reason: string };

const PAGE_ENTRIES = 500;

/**
 * A log as docs/PROTOCOL.md's rules L1–L5 and P3 describe it, read straight from Redis: shares no code with what appends and delivers but the hash.
 */
export class RawLog {
  readonly facts: RawFact[] = [];
  readonly epochs: readonly RawEpoch[];
  /** Which batch ends where. */
  readonly batches = new Map<string, string>();
  /** What of the rules does not hold. */
  readonly violations: string[] = [];
  floor = '0-0';
  head = '0-0';
  #digest: Lanes | undefined;
  #at = 0;

  get newestEpoch(): number {
    return Math.max(0, ...this.epochs.map(({ epoch }) => epoch));
  }

  private constructor(epochs: readonly RawEpoch[]) {
    this.epochs = epochs;
  }

  static async read(redis: Redis, graph: string): Promise<RawLog> {
    const listed = await redis.zrange(`graphtail:{${graph}}:epochs`, '0', '-1');
    const log = new RawLog(
      listed.map((entry) => {
        const [epoch, start, , reason] = entry.split(' ') as [string, string, string, string];
        return { epoch: Number(epoch), startSeq: seqOf(start), reason };
      }),
    );
    for (let after = '-'; ;) {
      const page = await redis.xrange(`graphtail:{${graph}}:log`, after, '+', 'COUNT', PAGE_ENTRIES);
      for (const [id, fields] of page) log.#take(id, new Map(fields.flatMap((field, i) => (i % 2 === 0 ? [[field, fields[i + 1]!]] : []))));
      const last = page.at(-1);
      if (last === undefined) return log;
      after = `(${last[0]}`;
    }
  }

  #take(id: string, fields: ReadonlyMap<string, string>): void {
    const field = (name: string): string => fields.get(name) ?? '';
    const broken = (what: string): number => this.violations.push(`entry ${id}: ${what}`);
    const texts = field('payload').split(',\n');
    const first = this.batches.size === 0;
    if (first) this.floor = this.head = field('prev');
    if (field('prev') !== this.head) broken(`its prev is ${field('prev')}, the entry before it ends at ${this.head}`);
    if (Number(field('count')) !== texts.length) broken(`it says ${field('count')} facts and holds ${String(texts.length)}`);
    if (Number(field('at')) < this.#at) broken(`it was appended at ${field('at')}, the entry before it at ${String(this.#at)}`);
    let seq = seqOf(field('prev'));
    for (const json of texts) {
      const { offset } = JSON.parse(json) as { offset: string };
      if (offset !== `${String(epochOf(id))}-${String(++seq)}`) broken(`fact ${offset} where ${String(epochOf(id))}-${String(seq)} is due`);
      this.facts.push({ seq, offset, json });
    }
    if (seq !== seqOf(id)) broken(`it ends at ${String(seq)}`);
    const sum = texts.reduce((lanes, text) => addLanes(lanes, hashText(text)), this.#digest ?? ZERO);
    if ((this.#digest !== undefined || this.floor === '0-0') && lanesToHex(sum) !== field('digest'))
      broken('its running digest is another');
    this.#digest = hexToLanes(field('digest'));
    this.#at = Number(field('at'));
    this.head = id;
    this.batches.set(id, field('batch'));
  }

  /**
   * Whether an offset that was acknowledged is in the log; or beyond the start of an epoch that opened later, or in one that is not listed
   * any more, as after an older copy took the log's place: lost, and told so.
   */
  accountsFor(offset: string, batchId: string): boolean {
    if (seqOf(offset) <= seqOf(this.floor) || this.batches.get(offset) === batchId) return true;
    const isListed = this.epochs.some(({ epoch }) => epoch === epochOf(offset));
    return !isListed || this.epochs.some(({ epoch, startSeq }) => epoch > epochOf(offset) && startSeq < seqOf(offset));
  }
}

export function seqOf(offset: string): number {
  return Number(offset.slice(offset.indexOf('-') + 1));
}

export function epochOf(offset: string): number {
  return Number(offset.slice(0, offset.indexOf('-')));
}

function hexToLanes(hex: string): Lanes {
  return { hi: Number.parseInt(hex.slice(0, 8), 16), lo: Number.parseInt(hex.slice(8), 16) };
}

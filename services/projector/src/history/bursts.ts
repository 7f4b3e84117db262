import type { Offset } from '@graphtail/facts';
import type { PastBatch } from './read-back.ts';

/** Batches that were appended within this time of one another belong to one save. */
const GAP_MS = 100;
/** Facts that one answer scans at most. */
const MAX_SCANNED = 200_000;
/** File paths that a burst lists. */
const MAX_FILES = 100;

/** The facts of one save, or of one announced analysis. */
export type Burst = {
  /** The offset before its first fact. */
  from: Offset;
  readonly to: Offset;
  /** When its first fact was appended. */
  at: string;
  readonly analysis_id: string | null;
  facts: number;
  readonly files: string[];
  file_count: number;
  readonly counts: Record<string, number>;
};

const TYPE = /"event_type":"([a-z_]+)"/;
const FILE = /"file_path":("(?:[^"\\]|\\.)*")/;
const ENTITY = /"entity_id":("(?:[^"\\]|\\.)*")/;

/** Puts batches, newest first, together to bursts, newest first. */
export class BurstCollector {
  readonly bursts: Burst[] = [];
  readonly #most: number;
  readonly #files = new Set<string>();
  #scanned = 0;
  #appendedAt = 0;
  /** The analysis of which the end was seen, and not yet the start. */
  #analysis: string | undefined;
  /** The start of an announced analysis was seen: what comes before is another burst. */
  #isWhole = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** True if the batch was taken; false if it belongs to a burst beyond those that are wanted, or enough was scanned. */
  take(batch: PastBatch): boolean {
    if (this.#scanned >= MAX_SCANNED) return false;
    this.#scanned += batch.facts.length;
    const types = batch.facts.map((json) => TYPE.exec(json)?.[1] ?? 'unknown');
    const ends = types.findLastIndex(
      (type) => type === 'analysis_completed' || type === 'analysis_failed' || type === 'analysis_cancelled',
    );
    const isApart = ends >= 0 || this.#isWhole || this.#appendedAt - batch.appendedAt > GAP_MS;
    const isNew = this.bursts.length === 0 || (this.#analysis === undefined && isApart);
    if (isNew) {
      if (this.bursts.length === this.#most) return false;
      this.#analysis = ends < 0 ? undefined : textOf(ENTITY, batch.facts[ends]!);
      this.bursts.push(newBurst(batch, this.#analysis ?? null));
      this.#files.clear();
      this.#isWhole = false;
    }
    this.#add(batch, types);
    return true;
  }

  #add(batch: PastBatch, types: readonly string[]): void {
    const burst = this.bursts.at(-1)!;
    burst.from = batch.prev;
    burst.at = new Date(batch.appendedAt).toISOString();
    burst.facts += batch.facts.length;
    this.#appendedAt = batch.appendedAt;
    batch.facts.forEach((json, index) => {
      const type = types[index]!;
      burst.counts[type] = (burst.counts[type] ?? 0) + 1;
      if (type === 'analysis_started' && textOf(ENTITY, json) === this.#analysis) {
        this.#analysis = undefined;
        this.#isWhole = true;
      }
      const file = textOf(FILE, json);
      if (file === undefined || file === '' || this.#files.has(file)) return;
      this.#files.add(file);
      burst.file_count++;
      if (burst.files.length < MAX_FILES) burst.files.push(file);
    });
  }
}

function newBurst({ prev, through, appendedAt }: PastBatch, analysis_id: string | null): Burst {
  const at = new Date(appendedAt).toISOString();
  return { from: prev, to: through, at, analysis_id, facts: 0, files: [], file_count: 0, counts: {} };
}

function textOf(pattern: RegExp, json: string): string | undefined {
  const found = pattern.exec(json)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as string);
}

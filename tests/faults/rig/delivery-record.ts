import { isJustified, type Refused, type Told } from './justified.ts';
import { epochOf, seqOf, type RawFact, type RawLog } from './raw-log.ts';

export type Matches = (fact: { event_type: string; entity_type: string }) => boolean;

/** How long a cursor ahead of the log is taken for an isolated old master's: docs/PROTOCOL.md, C4. */
const FUTURE_MS = 60_000;

/**
 * What one subscriber was sent, and the rule of rules: each frame continues the cursor, each fact is the one after the last,
 * and what the log lost is given up only where that was told.
 */
export class DeliveryRecord {
  readonly name: string;
  readonly violations: string[] = [];
  /** The refusals that were told. */
  readonly told: Told[] = [];
  /** All facts ever taken. */
  deliveries = 0;
  cursor: string | undefined;
  /** What it asked for, and after which fact that holds; the last first. */
  #filters: { readonly after: number; readonly matches: Matches }[];
  #facts: RawFact[] = [];
  #start = 0;
  #counted = 0;
  #futureSince: number | undefined;
  /** The newest epoch at the last comparison. */
  #opened = 0;
  #isOver = false;

  constructor(name: string, matches: Matches = () => true) {
    this.name = name;
    this.#filters = [{ after: 0, matches }];
  }

  #broken(what: string): void {
    this.violations.push(`${this.name}: ${what}`);
  }

  /** It was told that its name is another's, as it had to be: it comes to no more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Facts taken since it was last asked. */
  takeDeliveries(): number {
    const taken = this.deliveries - this.#counted;
    this.#counted = this.deliveries;
    return taken;
  }

  /** @param earliest as the server says: who has no cursor yet asked for everything from there */
  subscribed(cursor: string, earliest: string): void {
    this.#futureSince = undefined;
    if (this.cursor === undefined) {
      if (seqOf(cursor) > 0 && seqOf(cursor) >= seqOf(earliest) && cursor !== earliest)
        this.#broken(`asked for the earliest, ${earliest}, and was given ${cursor}`);
      this.cursor = cursor;
      this.#start = seqOf(cursor);
    } else if (cursor !== this.cursor) this.#broken(`asked for ${this.cursor}, was given ${cursor}`);
  }

  /** From its cursor on it is to be sent what matches this. */
  filterUpdated(cursor: string, matches: Matches): void {
    if (cursor !== this.cursor) this.#broken(`its filter holds from ${cursor}, its cursor is ${String(this.cursor)}`);
    this.#filters.unshift({ after: seqOf(cursor), matches });
  }

  #isDue({ seq, json }: RawFact): boolean {
    const { matches } = this.#filters.find(({ after }) => seq > after)!;
    return matches(JSON.parse(json) as Parameters<Matches>[0]);
  }

  /** A durable cursor came back: what was sent after it, and not acknowledged or lost again, comes again. */
  resumed(cursor: string): void {
    const held = this.cursor;
    this.cursor = cursor;
    if (held === undefined || this.#isOfOlderCopy(cursor, held)) {
      this.#facts = [];
      this.#start = seqOf(cursor);
      return;
    }
    if (seqOf(cursor) > seqOf(held)) this.#broken(`its durable cursor came back as ${cursor}, it was sent up to ${held}`);
    this.#facts = this.#facts.filter((fact) => fact.seq <= seqOf(cursor));
    this.#start = Math.min(this.#start, seqOf(cursor));
  }

  /** An older copy of the data took the log's place: its consumers' cursors are back too, and lead into facts that were never sent, or are forgotten. */
  #isOfOlderCopy(cursor: string, held: string): boolean {
    return epochOf(cursor) < epochOf(held) && this.#facts.find(({ seq }) => seq === seqOf(cursor))?.offset !== cursor;
  }

  facts(prev: string, through: string, texts: readonly string[]): void {
    this.#advance(prev, through);
    for (const json of texts) {
      const { offset } = JSON.parse(json) as { offset: string };
      const seq = seqOf(offset);
      if (seq <= seqOf(prev) || seq > seqOf(through)) this.#broken(`fact ${offset} is not after ${prev} and up to ${through}`);
      const last = this.#facts.at(-1);
      if (last !== undefined && seq <= last.seq) this.#broken(`fact ${offset} after ${last.offset}`);
      this.#facts.push({ seq, offset, json });
      this.deliveries++;
    }
  }

  progress(prev: string, through: string): void {
    this.#advance(prev, through);
  }

  #advance(prev: string, through: string): void {
    if (prev !== this.cursor) this.#broken(`a frame after ${prev} while the cursor is ${String(this.cursor)}`);
    if (seqOf(through) < seqOf(prev)) this.#broken(`a frame from ${prev} back to ${through}`);
    this.cursor = through;
  }

  /** What helps after a refusal, as docs/PROTOCOL.md gives it to a client that folds nothing. */
  refused(refusal: Refused): void {
    const { code, retryable, diverged_at, resume_at } = refusal;
    this.told.push({ ...refusal, cursor: this.cursor });
    if (code === 'CURSOR_IN_FUTURE') {
      this.#futureSince ??= Date.now();
      if (Date.now() - this.#futureSince < FUTURE_MS) return;
      this.#beginAnew();
    } else if (code === 'LOG_TRUNCATED' && diverged_at !== undefined) {
      this.#facts = this.#facts.filter((fact) => fact.seq <= seqOf(diverged_at));
      if (diverged_at === resume_at) this.cursor = diverged_at;
      else this.#beginAnew();
    } else if (code === 'STREAM_REPLACED' || code === 'CURSOR_TOO_OLD') this.#beginAnew();
    else if (!retryable && code !== 'UNKNOWN_GRAPH') this.#broken(`refused with ${code}`); // who lost everything has no graph for a moment
  }

  #beginAnew(): void {
    this.cursor = undefined;
    this.#facts = [];
    this.#filters = this.#filters.slice(0, 1).map((filter) => ({ ...filter, after: 0 }));
    this.#futureSince = undefined;
  }

  /** Compares what was delivered, and not told to be lost, with the log; forgets what the log no longer retains. */
  compare(log: RawLog): void {
    for (const told of this.told)
      if (!isJustified(told, log, this.#opened))
        this.#broken(`was told ${JSON.stringify(told)}, and the log, whose epochs are ${JSON.stringify(log.epochs)}, knows nothing of it`);
    this.#opened = log.newestEpoch;
    if (this.#isOver) return;
    if (this.cursor !== log.head) this.#broken(`its cursor is ${String(this.cursor)}, the head ${log.head}`);
    const after = Math.max(this.#start, seqOf(log.floor));
    const due = log.facts.filter((fact) => fact.seq > after && this.#isDue(fact));
    const held = this.#facts.filter((fact) => fact.seq > after);
    const differing = due.findIndex((fact, i) => held[i]?.json !== fact.json);
    if (differing >= 0) this.#broken(`${held[differing]?.json ?? 'nothing'} where the log has ${due[differing]!.json}`);
    if (held.length > due.length) this.#broken(`it was sent ${String(held.length - due.length)} facts that the log does not have`);
    this.#facts = held;
  }
}

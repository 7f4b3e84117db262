import type { RowChange } from '@graphtail/log';

/** A reset, as the rows that were present before it. */
type Emptied = { readonly kind: 'emptied'; readonly nodes: Int32Array; readonly relationships: Int32Array };
/** What one fact changed, in a form that can be undone. */
export type Step = Exclude<RowChange, { kind: 'reset' | 'anomaly' | 'none' }> | { readonly kind: 'anomaly' | 'none' } | Emptied;

const KINDS = ['none', 'node', 'relationship', 'anomaly', 'emptied'] as const;
const INITIAL = 1024;

/** The steps of consecutive facts, nine bytes each. */
export class Steps {
  #kinds = new Uint8Array(INITIAL);
  #before = new Int32Array(INITIAL);
  #after = new Int32Array(INITIAL);
  #emptied = new Map<number, Emptied>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(step: Step): void {
    if (this.#length === this.#kinds.length) this.#grow();
    const at = this.#length++;
    this.#kinds[at] = KINDS.indexOf(step.kind);
    if (step.kind === 'emptied') this.#emptied.set(at, step);
    if (step.kind !== 'node' && step.kind !== 'relationship') return;
    this.#before[at] = step.before;
    this.#after[at] = step.after;
  }

  at(index: number): Step {
    const kind = KINDS[this.#kinds[index]!]!;
    if (kind === 'emptied') return this.#emptied.get(index)!;
    if (kind === 'node' || kind === 'relationship') return { kind, before: this.#before[index]!, after: this.#after[index]! };
    return { kind };
  }

  copy(): Steps {
    const copy = new Steps();
    copy.#kinds = this.#kinds.slice();
    copy.#before = this.#before.slice();
    copy.#after = this.#after.slice();
    copy.#emptied = new Map(this.#emptied);
    copy.#length = this.#length;
    return copy;
  }

  /** The steps from `first` on, with other rows. */
  from(first: number, rowsOf: (step: Step) => Step): Steps {
    const rest = new Steps();
    for (let index = first; index < this.#length; index++) rest.push(rowsOf(this.at(index)));
    return rest;
  }

  #grow(): void {
    const rows = 2 * this.#kinds.length;
    const [kinds, before, after] = [this.#kinds, this.#before, this.#after];
    this.#kinds = new Uint8Array(rows);
    this.#before = new Int32Array(rows);
    this.#after = new Int32Array(rows);
    this.#kinds.set(kinds);
    this.#before.set(before);
    this.#after.set(after);
  }
}

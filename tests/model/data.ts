/** What a server holds of one log: the keys, and what the log means by them. Never changed, only replaced. */
export type Entry = { readonly id: number; readonly prev: number; readonly batch: number };

export type Meta = {
  readonly epoch: number;
  readonly run: number;
  readonly replid: number;
  readonly head: number;
  readonly headBatch: number;
  readonly floor: number;
  readonly entries: number;
};

export type Epoch = { readonly epoch: number; readonly prev: number };

/** A fact where it is: nothing else tells it from others. */
export type Place = { readonly offset: number; readonly content: number };

export type Snapshot = { readonly asOf: number; readonly facts: readonly number[] };

/** The first commands of a write that an append-only file was cut in: carried out at the restart after the next. */
export type Revenants = { readonly stream: readonly Entry[]; readonly epochs: readonly Epoch[] };

export type Data = {
  readonly stream: readonly Entry[];
  readonly meta: Meta | null;
  readonly epochs: readonly Epoch[];
  readonly snapshots: readonly Snapshot[];
  /** Not stored: the log's facts from its beginning, trimmed ones too. `facts[seq - 1]` is the fact with that seq. */
  readonly facts: readonly Place[];
  /** Not stored: facts up to this seq were deleted by hand. */
  readonly deleted: number;
};

export const NO_BATCH = -1;

export const EMPTY: Data = { stream: [], meta: null, epochs: [], snapshots: [], facts: [], deleted: 0 };

/** The contents of the facts up to an offset: what folding them comes to, and what the running digest stands for. */
export function contentsTo(data: Data, seq: number): number[] {
  return data.facts.slice(0, seq).map(({ content }) => content);
}

export function sameContents(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((content, index) => content === b[index]);
}

const numbers = new Map<string, number>();
const known = new WeakMap<Data, number>();

/** Equal data have equal numbers, so that a state's key stays short. */
export function numberOf(data: Data): number {
  let number = known.get(data);
  if (number === undefined) {
    const text = JSON.stringify([
      data.stream.map(({ id, prev, batch }) => [id, prev, batch]),
      data.meta && Object.values(data.meta),
      data.epochs.map(({ epoch, prev }) => [epoch, prev]),
      data.snapshots.map(({ asOf, facts }) => [asOf, facts]),
      data.facts.map(({ offset, content }) => [offset, content]),
      data.deleted,
    ]);
    number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    known.set(data, number);
  }
  return number;
}

import type { Offset } from '@graphtail/facts';

/** In UTF-16 units: as much as a burst of some 10,000 facts. */
const KEPT = 2 ** 21;

type Kept = { readonly prev: Offset; readonly through: Offset; readonly text: string };

/** The leader's last frames, so that a follower that missed a few needs no connection of its own. */
export class RecentFrames {
  readonly #limit: number;
  #frames: Kept[] = [];
  #size = 0;
  #cursor: Offset;

  constructor(cursor: Offset, limit = KEPT) {
    this.#cursor = cursor;
    this.#limit = limit;
  }

  get cursor(): Offset {
    return this.#cursor;
  }

  add(prev: Offset, through: Offset, text: string): void {
    this.#frames.push({ prev, through, text });
    this.#size += text.length;
    this.#cursor = through;
    while (this.#size > this.#limit) this.#size -= this.#frames.shift()?.text.length ?? 0;
  }

  /** Returns the frames after a cursor; undefined if no frame that is kept begins there, for example inside a batch. */
  after(cursor: Offset): readonly string[] | undefined {
    if (cursor === this.#cursor) return [];
    const at = this.#frames.findIndex(({ prev }) => prev === cursor);
    return at < 0 ? undefined : this.#frames.slice(at).map(({ text }) => text);
  }
}

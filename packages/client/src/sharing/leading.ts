import { compareOffsets, type FrameOf, type Offset } from '@graphtail/facts';
import type { Front } from './front.ts';
import type { Message } from './messages.ts';
import { RecentFrames } from './recent-frames.ts';

type Subscribed = Pick<FrameOf<'subscribed'>, 'protocol' | 'graph' | 'earliest' | 'head'>;

/** The leader's part: hands on what its connection receives, and lets others join at their cursors. */
export class Leading {
  readonly #id: string;
  readonly #subscribed: Subscribed;
  readonly #say: (message: Message) => void;
  readonly #recent: RecentFrames;
  #live: boolean;

  constructor(
    id: string,
    subscribed: Subscribed,
    at: { readonly cursor: Offset; readonly live: boolean },
    say: (message: Message) => void,
  ) {
    this.#id = id;
    this.#subscribed = subscribed;
    this.#say = say;
    this.#recent = new RecentFrames(at.cursor);
    this.#live = at.live;
    say({ kind: 'lead', by: id });
  }

  /** Hands a frame on. What is meant for the leader alone stays with it: each tab has its own refusals and snapshots. */
  frame({ type, prev, through }: Front, text: string): void {
    if (prev !== undefined && through !== undefined) this.#recent.add(prev, through, text);
    else if (type === 'caught_up') this.#live = true;
    else if (type === 'fell_behind') this.#live = false;
    else if (type !== 'heartbeat') return;
    this.#say({ kind: 'frame', by: this.#id, text });
  }

  answer(message: Message): void {
    const by = this.#id;
    if (message.kind === 'probe') this.#say({ kind: 'alive', by, cursor: this.#recent.cursor });
    if (message.kind !== 'join') return;
    const frames = this.#recent.after(message.cursor);
    if (frames === undefined) {
      this.#say({ kind: 'elsewhere', by, to: message.by });
      return;
    }
    const { protocol, graph, earliest } = this.#subscribed;
    const { cursor } = this.#recent;
    const head = this.#live || compareOffsets(cursor, this.#subscribed.head) > 0 ? cursor : this.#subscribed.head;
    this.#say({ kind: 'welcome', by, to: message.by, protocol, graph, earliest, head, cursor, live: this.#live, frames });
  }
}

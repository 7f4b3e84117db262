import fc from 'fast-check';
import type { ConnectOptions } from '../src/options.ts';
import type { ClientEvent } from '../src/events.ts';
import { Subscription } from '../src/subscription.ts';
import { FakePlatform, type FakeConnection } from './fake-platform.ts';
import { errorFrame, factsFrame, seqOfPlace, session } from './log.ts';

/** One thing that can happen at any moment, a fault or not. */
export type Happening =
  | {
      readonly kind:
        'deliver' | 'lose' | 'omit' | 'repeat' | 'late' | 'swap' | 'garble' | 'ping' | 'pause' | 'resume' | 'offline' | 'online';
    }
  | { readonly kind: 'hangUp'; readonly code: number }
  | { readonly kind: 'refuse'; readonly code: string }
  | { readonly kind: 'stray'; readonly after: number; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number };

const simple = (kind: Exclude<Happening['kind'], 'hangUp' | 'refuse' | 'stray' | 'wait'>) => fc.constant<Happening>({ kind });
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: simple('deliver') },
  simple('lose'),
  simple('omit'),
  simple('repeat'),
  simple('late'),
  simple('swap'),
  simple('garble'),
  simple('ping'),
  simple('pause'),
  simple('resume'),
  simple('offline'),
  simple('online'),
  fc.record({ kind: fc.constant('hangUp' as const), code: fc.constantFrom(1000, 1001, 1006, 1011, 1013, 4408, 4429) }),
  fc.record({
    kind: fc.constant('refuse' as const),
    code: fc.constantFrom('CURSOR_IN_FUTURE', 'UNAVAILABLE', 'CONSUMER_TOO_SLOW', 'RATE_LIMITED'),
  }),
  fc.record({ kind: fc.constant('stray' as const), after: fc.nat(12), count: fc.integer({ min: 1, max: 3 }) }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }) },
);
/** The last seq of each batch of a log. */
export const batches = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }).map((sizes) => {
  let seq = 0;
  return sizes.map((size) => (seq += size));
});

/** A server that answers each connection correctly, over a network that may do anything to the frames. */
export class Scene {
  readonly platform = new FakePlatform();
  readonly events: ClientEvent[] = [];
  readonly subscription: Subscription;
  readonly #batches: readonly number[];
  readonly #snapshotAt: number;
  readonly #outgoing = new Map<FakeConnection, string[]>();
  #last = '';

  constructor(batchEnds: readonly number[], snapshotAt: number, options: Partial<ConnectOptions>) {
    this.#batches = batchEnds;
    this.#snapshotAt = snapshotAt;
    this.subscription = new Subscription({ url: 'http://server', transport: 'websocket', ...options }, this.platform);
  }

  /** Records the events that a listener gets. */
  listen(): this {
    this.subscription.on((event) => this.events.push(event));
    return this;
  }

  happen(what: Happening): void {
    const connection = this.platform.current;
    const frames = this.#framesOf(connection);
    switch (what.kind) {
      case 'deliver':
        return this.#deliver(connection, frames.shift());
      case 'lose':
        frames.shift();
        return;
      case 'repeat':
        return this.#deliver(connection, this.#last);
      case 'late':
        return this.#deliver(this.platform.connections.at(-2) ?? connection, this.#last);
      case 'swap': {
        const [first, second] = frames.splice(0, 2);
        this.#deliver(connection, second);
        return this.#deliver(connection, first);
      }
      case 'garble':
        return this.#deliver(connection, frames.shift()?.replace(/.{3}$/, ''));
      case 'omit':
        return this.#deliver(connection, frames.shift()?.replace(/"facts":\[\n[^\n]*,\n/, '"facts":[\n')); // a fact is missing inside
      case 'stray': {
        const through = what.after + what.count;
        if (through > (this.#batches.at(-1) ?? 0)) return; // after the log's end it would be a fact that the log does not have
        return this.#deliver(connection, factsFrame(what.after, through));
      }
      case 'hangUp':
        return connection.hangUp(what.code);
      case 'refuse':
        return this.#deliver(connection, errorFrame(what.code, true));
      case 'ping':
        return this.subscription.ping();
      case 'pause':
        return this.subscription.pause();
      case 'resume':
        return this.subscription.resume();
      case 'offline':
      case 'online':
        return this.platform.setOnline(what.kind === 'online');
      case 'wait':
        return this.platform.advance(what.ms);
    }
  }

  /** Runs without faults from now on. Ends when the subscription is live, or after 200 turns. */
  calm(): void {
    for (let turns = 0; turns < 200 && this.subscription.state !== 'live'; turns++) {
      const connection = this.platform.current;
      const frames = this.#framesOf(connection);
      if (connection.isOpen && frames.length > 0) this.#deliver(connection, frames.shift());
      else this.platform.advance(this.platform.nextTimerMs ?? 1);
    }
  }

  get delivered(): number[] {
    return this.events.flatMap((event) => (event.type === 'facts' ? event.facts.map((fact) => seqOfPlace(fact.offset)) : []));
  }

  #framesOf(connection: FakeConnection): string[] {
    let frames = this.#outgoing.get(connection);
    if (frames === undefined) {
      frames = session(this.#batches, connection.query.get('from') ?? '', this.#snapshotAt);
      this.#outgoing.set(connection, frames);
    }
    return frames;
  }

  #deliver(connection: FakeConnection, text: string | undefined): void {
    if (text === undefined || text === '') return;
    this.#last = text;
    connection.listener.text(text);
  }
}

export function range(after: number, through: number): number[] {
  return Array.from({ length: through - after }, (_, index) => after + 1 + index);
}

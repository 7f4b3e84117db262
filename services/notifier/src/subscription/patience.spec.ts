import { ORIGIN } from '@graphtail/facts';
import { webSocketEncoder } from '../wire/encoders.ts';
import type { Ending, Sink } from './ports.ts';
import { ReplayBudget } from './replay-budget.ts';
import { ModelClock } from './specs/model-clock.ts';
import { ModelLog } from './specs/model-log.ts';
import { Subscription } from './subscription.ts';

/** A peer whose network has taken what is counted, of what was sent. */
class Peer implements Sink {
  buffered = 1_000_000;
  moves = true;
  sent: string[] = [];
  ending: Ending | undefined;

  send({ chunks }: { chunks: readonly (Buffer | string)[] }): void {
    this.sent.push(...chunks.map((chunk) => chunk.toString('latin1')));
  }

  hasMoved(): boolean {
    return this.moves;
  }

  close(ending: Ending): void {
    this.ending = ending;
  }
}

describe('the patience with a peer', () => {
  let clock: ModelClock;
  let peer: Peer;
  let subscription: Subscription;

  beforeEach(() => {
    clock = new ModelClock();
    peer = new Peer();
    subscription = new Subscription({
      source: new ModelLog(),
      sink: peer,
      encoder: webSocketEncoder,
      clock,
      observer: { delivered: () => undefined, demoted: () => undefined, refused: () => undefined, failed: fail },
      budget: new ReplayBudget(),
      cursor: ORIGIN,
      each: false,
      filter: undefined,
      preamble: [].values(),
      onClosed: () => undefined,
    });
    subscription.wake();
  });

  function pass(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      clock.pass(1_000);
      subscription.tick();
    }
  }

  it('[S9b] ends after 60 s in which nothing was taken, with CONSUMER_TOO_SLOW', () => {
    peer.moves = false;
    pass(59);
    const before = peer.ending;
    pass(1);

    expect(before).toBeUndefined();
    expect(peer.ending).toEqual({ kind: 'refused', error: jasmine.objectContaining({ code: 'CONSUMER_TOO_SLOW', retryable: true }) });
    expect(subscription.isClosed).toBeTrue();
  });

  it('[S9b] does not end while anything is taken, however slowly', () => {
    for (let minute = 0; minute < 10; minute++) {
      peer.moves = false;
      pass(50);
      peer.moves = true;
      pass(1);
    }

    expect(peer.ending).toBeUndefined();
  });

  it('[S9b] does not end while the peer has paused', () => {
    peer.moves = false;
    subscription.pause();
    pass(300);
    subscription.resume();
    pass(59);

    expect(peer.ending).toBeUndefined();
  });

  it('[S9] sends a heartbeat every 15 s, but not into a buffer that does not drain', () => {
    pass(45);
    const whileFull = peer.sent.length;
    peer.buffered = 0;
    pass(45);

    expect(whileFull).toBe(0);
    expect(peer.sent.filter((text) => text.includes('"heartbeat"')).length).toBe(3);
  });

  it('[S6b] with one whose network takes nothing costs less memory where many wait', () => {
    const sent = (budget: ReplayBudget): number => {
      const source = new ModelLog();
      source.tail();
      let bytes = 0;
      const sink: Sink = {
        get buffered() {
          return bytes;
        },
        send: (packet) => void (bytes += packet.bytes),
        hasMoved: () => false,
        close: () => undefined,
      };
      const options = { source, sink, encoder: webSocketEncoder, clock, cursor: ORIGIN, each: false, filter: undefined, budget };
      const observer = { delivered: () => undefined, demoted: () => undefined, refused: () => undefined, failed: fail };
      const slow = new Subscription({ ...options, observer, preamble: [].values(), onClosed: () => undefined });
      for (let i = 0; i < 1_000; i++) {
        source.append(7);
        source.tail();
        slow.wake();
      }
      slow.tick();
      const { bytes: charged } = budget;
      slow.gone();
      expect(charged - budget.bytes).toBe(bytes);
      return bytes;
    };
    const spent = new ReplayBudget();
    spent.change(65 * 1024 * 1024);

    expect(Math.floor(sent(new ReplayBudget()) / 1024)).toBe(512);
    expect(Math.floor(sent(spent) / 1024)).toBe(64);
  });
});

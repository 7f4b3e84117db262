import type { SupervisedEvent } from './supervised.ts';
import type { Terminal } from './terminal.ts';

const SAID_AGAIN_AFTER_MS = 5 * 60_000;
/** What services say when Redis is away. Each says it for each graph; a person needs to be told once, and where the cause is. */
const REDIS_AWAY = /\bredis is (down|away)\b|\bno connection\b/i;
/** How long the supervisor of Redis has, ms, to say itself what happened. */
const CAUSE_WITHIN_MS = 1500;

/**
 * Prints what goes wrong while Graphtail runs, one line each. The same text of the same service is printed at most every five minutes.
 * Nothing is printed once Graphtail is stopping.
 */
export class Troubles {
  readonly #terminal: Terminal;
  readonly #stop: AbortSignal;
  readonly #saidAt = new Map<string, number>();
  /** When the supervisor has last said something of Redis, ms since 1970. */
  #redisAt = 0;
  #isRedisAwayNoted = false;

  constructor(terminal: Terminal, stop: AbortSignal) {
    this.#terminal = terminal;
    this.#stop = stop;
  }

  /** @returns whether the text was printed now */
  say(name: string, text: string): boolean {
    if (this.#stop.aborted) return false;
    if (REDIS_AWAY.test(text)) {
      if (!this.#isRedisAwayNoted) setTimeout(() => this.#sayRedisIsAway(), CAUSE_WITHIN_MS).unref();
      this.#isRedisAwayNoted = true;
      return false;
    }
    const now = Date.now();
    const key = `${name} ${text}`;
    if (now - (this.#saidAt.get(key) ?? 0) < SAID_AGAIN_AFTER_MS) return false;
    for (const [said, at] of this.#saidAt) if (now - at >= SAID_AGAIN_AFTER_MS) this.#saidAt.delete(said);
    this.#saidAt.set(key, now);
    this.#terminal.wrong(name, text);
    return true;
  }

  #sayRedisIsAway(): void {
    this.#isRedisAwayNoted = false;
    if (Date.now() - this.#redisAt > 2 * CAUSE_WITHIN_MS) this.say('redis', 'does not answer; everything goes on when it does');
  }

  /** Returns a listener that prints the events of a process. */
  of(name: string): (event: SupervisedEvent) => void {
    // A process that keeps ending for a reason that was already printed is not announced as back.
    let isEndSaid = true;
    return (event) => {
      if (this.#stop.aborted) return;
      if (name === 'redis') this.#redisAt = Date.now();
      switch (event.kind) {
        case 'ready':
          if (event.again && isEndSaid) this.#terminal.done(name, 'is back');
          break;
        case 'ended':
          isEndSaid = true;
          if (event.why === undefined) this.#terminal.wrong(name, `${event.how}; starting it again`);
          else isEndSaid = this.say(name, `${event.why} It is started again and again until that is mended.`);
          break;
        case 'unresponsive':
          this.#terminal.wrong(name, `has not answered for ${(event.forMs / 1000).toFixed(0)} s; ending it`);
          break;
        case 'mended':
          this.#terminal.wrong(name, event.what);
          break;
        case 'hindered':
          this.say(name, event.why);
          break;
        case 'unhindered':
          this.#terminal.done(name, 'does its work again');
          break;
        case 'gave_up':
          break;
      }
    };
  }
}

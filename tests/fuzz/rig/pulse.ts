import { setTimeout as wait } from 'node:timers/promises';
import { connect, openLog, GraphRegistry, Lease } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { producerFor, factsNamed } from '../../support/log.ts';
import { Witness, type WitnessOptions } from '../../faults/rig/witness.ts';

export const PULSE = 'pulse';

const BEAT_MS = 250;
/** A fact that a well-behaved subscriber was not sent within this time is late. */
const LATE_MS = 8_000;
const NAMES = 16;

const TRANSPORTS: readonly WitnessOptions['transport'][] = ['websocket', 'socketio', 'sse'];

/**
 * A graph of its own in which something happens four times a second, and a well-behaved subscriber over each transport: whatever is sent to the
 * product meanwhile, each of them is sent each fact, in time, over one connection.
 */
export class Pulse {
  readonly #redis: Redis;
  readonly #lease: Lease;
  readonly #witnesses: readonly Witness[];
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;
  #facts = 0;
  /** When the fact of each number was appended. */
  readonly #appendedAt: number[] = [];
  #worstMs = 0;
  #late: string | undefined;

  private constructor(redis: Redis, lease: Lease, url: string) {
    this.#redis = redis;
    this.#lease = lease;
    this.#witnesses = TRANSPORTS.map((transport) => new Witness({ name: `good ${transport}`, url, graph: PULSE, transport }));
    this.#beating = this.#beat();
  }

  /** @param url of the gateway */
  static async start(redisUrl: string, url: string): Promise<Pulse> {
    const redis = connect(redisUrl, { name: 'graphtail-fuzz-pulse' });
    // No worker can read this root, and none complains of that while the pulse looks after the graph.
    const lease = new Lease(redis, PULSE);
    await lease.hold();
    await new GraphRegistry(redis).add(PULSE, `/nowhere/${PULSE}`);
    return new Pulse(redis, lease, url);
  }

  /** The longest that a fact took to a subscriber so far. */
  get worstMs(): number {
    return Math.round(this.#worstMs);
  }

  get facts(): number {
    return this.#facts;
  }

  /** What went wrong for a well-behaved subscriber; empty while all is well. */
  get disturbances(): string[] {
    return [
      ...(this.#late === undefined ? [] : [this.#late]),
      ...this.#witnesses.flatMap(({ record }) => record.violations),
      ...this.#witnesses
        .filter(({ connects }) => connects > 1)
        .map(({ record, connects }) => `${record.name} had to connect ${String(connects)} times`),
    ];
  }

  async #beat(): Promise<void> {
    const producer = await producerFor(openLog(this.#redis, PULSE));
    for (let beat = 0; !this.#stop.signal.aborted; beat++) {
      await this.#lease.hold();
      await producer.append([factsNamed(`beat${String(beat % NAMES)}`)], () => undefined);
      this.#appendedAt.push(performance.now());
      this.#facts++;
      await wait(BEAT_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      this.#look();
    }
  }

  #look(): void {
    const now = performance.now();
    for (const { record } of this.#witnesses) {
      const oldestMissing = this.#appendedAt[record.deliveries];
      if (oldestMissing === undefined) continue;
      const waited = now - oldestMissing;
      this.#worstMs = Math.max(this.#worstMs, waited);
      if (waited > LATE_MS) this.#late ??= `${record.name} has waited ${(waited / 1000).toFixed(1)} s for a fact`;
    }
  }

  /** Until all that was appended has been delivered. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
    await Promise.all(this.#witnesses.map((witness) => witness.close()));
    this.#redis.disconnect();
  }
}

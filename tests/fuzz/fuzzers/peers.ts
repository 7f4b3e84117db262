import fc from 'fast-check';
import { setTimeout as wait } from 'node:timers/promises';
import { ACTS, begin, leave, LEAVINGS, type ActName, type Leaving } from '../wire/bad-peer.ts';
import type { Fuzzer } from './fuzzer.ts';

/** Several connections at once that behave badly in the same way. What they do to others is seen by others, and what is kept of them at the end of the run. */
export type PeersTry = {
  readonly act: ActName;
  readonly door: 'gateway' | 'notifier' | 'projector';
  readonly count: number;
  readonly staysMs: number;
  readonly leaving: Leaving;
};

const MOST_AT_ONCE = 60;

export function peersFuzzer(): Fuzzer<PeersTry> {
  return {
    name: 'peers',
    tries: fc.record({
      act: fc.constantFrom(...(Object.keys(ACTS) as ActName[])),
      door: fc.constantFrom('gateway', 'gateway', 'notifier', 'projector'),
      count: fc.integer({ min: 1, max: MOST_AT_ONCE }),
      staysMs: fc.integer({ min: 0, max: 800 }),
      leaving: fc.constantFrom(...LEAVINGS),
    }),
    // Each of them once, as those that leaked connections did: dropped in the midst of what they asked for.
    examples: (['gateway', 'notifier'] as const).flatMap((door) =>
      (Object.keys(ACTS) as ActName[]).map((act): PeersTry => ({ act, door, count: 20, staysMs: 30, leaving: 'close' })),
    ),
    lanes: 1,
    async attempt({ act, door, count, staysMs, leaving }, product, tally) {
      const going = new AbortController();
      const sockets = await Promise.all(Array.from({ length: count }, () => begin(act, product.ports[door], going.signal)));
      for (const socket of sockets) tally.count(`peer: ${act}`, socket === undefined ? 'not connected' : leaving);
      await wait(staysMs);
      going.abort();
      const connected = sockets.filter((socket) => socket !== undefined);
      await Promise.all(connected.map((socket) => leave(socket, leaving)));
      if (connected.length === 0) return { what: 'unreachable', detail: 'no connection was accepted' };
      return undefined;
    },
    about: ({ act, door }) => `${door} ${act}`,
    reproduce: ({ act, door, count, staysMs, leaving }) =>
      `${String(count)} × ${act} at the ${door}, for ${String(staysMs)} ms, then ${leaving}`,
  };
}

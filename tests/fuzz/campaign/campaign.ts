import { httpFuzzer } from '../fuzzers/http.ts';
import { peersFuzzer } from '../fuzzers/peers.ts';
import { socketIoFuzzer } from '../fuzzers/socketio.ts';
import { sseFuzzer } from '../fuzzers/sse.ts';
import { webSocketFuzzer } from '../fuzzers/websocket.ts';
import { Findings, type Finding } from '../oracle/finding.ts';
import type { Tally } from '../oracle/tally.ts';
import type { ProcessName, Held } from '../rig/processes.ts';
import { Product } from '../rig/product.ts';
import { StuckPeers } from '../rig/stuck-peers.ts';
import { descriptorsKept, graphChanged, lookBefore, memoryKept, overall, type Before } from './rest.ts';
import { roundsOf, type Rounds } from './rounds.ts';
import { SupervisedAttempts } from './supervised-attempts.ts';
import { Watch } from './watch.ts';

export type CampaignOptions = {
  readonly seed: number;
  readonly ms: number;
  /** Fuzzers by name; none: all. */
  readonly only: readonly string[];
  /** Within this time after the load, what it made the services open is closed. */
  readonly givenBackWithinMs: number;
  /** Peers that read nothing stay until the product lets go of them, or, in the short form, go with the load. */
  readonly stuckPeersStay: boolean;
};

export type CampaignReport = {
  readonly findings: Findings;
  readonly tally: Tally;
  readonly watch: Watch;
  readonly pulse: { readonly facts: number; readonly worstMs: number };
  readonly before: Before;
  readonly after: Partial<Record<ProcessName, Held>>;
  readonly lastWords: string;
};

/** Every fuzzer there is. They share nothing: each is made from the product alone. */
const FUZZERS: readonly { readonly name: string; readonly start: (product: Product) => Promise<Rounds> }[] = [
  { name: 'http', start: async (product) => roundsOf(await httpFuzzer(product)) },
  { name: 'websocket', start: async () => roundsOf(webSocketFuzzer()) },
  { name: 'socketio', start: async () => roundsOf(socketIoFuzzer()) },
  { name: 'sse', start: async () => roundsOf(sseFuzzer()) },
  { name: 'peers', start: async () => roundsOf(peersFuzzer()) },
];

export const FUZZER_NAMES = FUZZERS.map(({ name }) => name);

/** Starts the product, tries the examples, then whatever the seed makes up until the time is over; then everything must be as it was. */
export async function runCampaign({ seed, ms, only, givenBackWithinMs, stuckPeersStay }: CampaignOptions): Promise<CampaignReport> {
  const product = await Product.start();
  try {
    const chosen = FUZZERS.filter(({ name }) => only.length === 0 || only.includes(name));
    const fuzzers = await Promise.all(chosen.map(({ start }) => start(product)));
    const before = await lookBefore(product);
    const findings = new Findings();
    const attempts = new SupervisedAttempts(product, findings);
    const watch = new Watch(product);
    const stuck = await StuckPeers.open(product);
    try {
      await Promise.all(fuzzers.map((fuzzer) => fuzzer.examples(attempts)));
      const until = performance.now() + ms;
      await Promise.all(fuzzers.map((fuzzer) => fuzzer.fuzz(attempts, seed, until)));
      await attempts.lookForRestarts();
    } finally {
      watch.stop();
      if (!stuckPeersStay) stuck.close();
    }
    findings.add(...(await descriptorsKept(product, before, givenBackWithinMs)), ...(await graphChanged(product, before)));
    stuck.close();
    // A restart explains all of these.
    if (attempts.restarts === 0) findings.add(...(await memoryKept(product, before)), ...disturbed(product, watch));
    return {
      findings,
      tally: attempts.tally,
      watch,
      pulse: { facts: product.pulse.facts, worstMs: product.pulse.worstMs },
      before,
      after: await product.held(),
      lastWords: product.lastWords(),
    };
  } finally {
    await product.close();
  }
}

/** Those who behaved well were to notice nothing. */
function disturbed({ pulse }: Product, { failures }: Watch): Finding[] {
  return [
    ...pulse.disturbances.map((detail) =>
      overall('a well-behaved subscriber was disturbed', detail.split(' ').slice(0, 2).join(' '), detail),
    ),
    ...failures.map((detail) => overall('a cheap question was not answered', 'the front door', detail)),
  ];
}

import { delivering } from './delivering.ts';
import { whatIsWrong } from './invariants.ts';
import { producing } from './producing.ts';
import { projecting } from './projecting.ts';
import type { Rules } from './rules.ts';
import type { Bounds, Step } from './scenario.ts';
import { serving } from './serving.ts';
import { initialWorld, keyOf, type World } from './world.ts';

export type Found = {
  /** Different worlds looked at. */
  readonly states: number;
  /** Actions of the longest trace looked at. */
  readonly depth: number;
  /** Every world within the bounds was looked at. */
  readonly complete: boolean;
  readonly counterexample?: Counterexample;
};

export type Counterexample = { readonly wrong: string; readonly trace: readonly Step[] };

type Node = { readonly world: World; readonly action: string; readonly parent: Node | undefined };

export function* nextSteps(world: World, rules: Rules, bounds: Bounds): Generator<Step> {
  yield* serving(world, rules, bounds);
  yield* producing(world, rules, bounds);
  yield* delivering(world, rules, bounds);
  yield* projecting(world, rules, bounds);
}

/** Breadth first, so that the first counterexample is a shortest one. */
export function search(rules: Rules, bounds: Bounds, limit: { readonly states: number; readonly depth?: number }): Found {
  const first: Node = { world: initialWorld(), action: '', parent: undefined };
  const seen = new Set([keyOf(first.world)]);
  let level: Node[] = [first];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === (limit.depth ?? Infinity)) return { states: seen.size, depth, complete: false };
    const following: Node[] = [];
    for (const node of level) {
      for (const { action, world } of nextSteps(node.world, rules, bounds)) {
        const key = keyOf(world);
        if (seen.has(key)) continue;
        seen.add(key);
        const found = { world, action, parent: node };
        const wrong = whatIsWrong(world, rules, bounds);
        if (wrong !== null)
          return { states: seen.size, depth: depth + 1, complete: false, counterexample: { wrong, trace: traceOf(found) } };
        following.push(found);
        if (seen.size >= limit.states) return { states: seen.size, depth: depth + 1, complete: false };
      }
    }
    level = following;
  }
  return { states: seen.size, depth: 0, complete: true };
}

function traceOf(last: Node): Step[] {
  const trace: Step[] = [];
  for (let node: Node | undefined = last; node?.parent !== undefined; node = node.parent)
    trace.unshift({ action: node.action, world: node.world });
  return trace;
}

import { MalformedFact, decodeFact, splitPayload, violationId, type Fact, type Violation } from '@graphtail/facts';
import type { Batch, FactLog } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';

const ABOUT_RULES = '"entity_type":"rule"';
const RESET = '"event_type":"graph_reset"';

/** The violations that the log says and has not taken back. Snapshots hold none, so after a snapshot the log is read for them when needed. */
export class ToldViolations {
  #told = new Map<string, Violation>();
  #isWhole = true;

  /** @param isWhole false if facts before the first that is folded may be about rules */
  restart(isWhole: boolean): void {
    this.#told = new Map();
    this.#isWhole = isWhole;
  }

  fold(fact: Fact): void {
    if (fact.event_type === 'graph_reset') this.restart(true);
    else if (fact.event_type === 'rule_violated') this.#told.set(fact.entity_id, fact.data);
    else if (fact.event_type === 'rule_satisfied') this.#told.delete(fact.entity_id);
  }

  /** What the log says. It is read, newest batch first, if facts before the first folded one may matter. */
  async read(log: FactLog, signal: AbortSignal): Promise<ReadonlyMap<string, Violation>> {
    if (!this.#isWhole) await this.#readBack(log, signal);
    return this.#told;
  }

  async #readBack(log: FactLog, signal: AbortSignal): Promise<void> {
    const turn = new Turn();
    const last = new Map<string, Violation | undefined>();
    for (let before: Batch['through'] | undefined, isReset = false; !isReset;) {
      const batches = await log.readBefore(before);
      if (batches.length === 0) break;
      for (const batch of batches) {
        before = batch.through;
        signal.throwIfAborted();
        await turn.shared();
        if (!batch.payload.includes(ABOUT_RULES) && !batch.payload.includes(RESET)) continue;
        for (const fact of splitPayload(batch.payload).toReversed().map(decodeFact)) {
          if (fact instanceof MalformedFact) continue;
          isReset ||= fact.event_type === 'graph_reset';
          if (isReset) break;
          if (fact.entity_type === 'rule' && !last.has(fact.entity_id))
            last.set(fact.entity_id, fact.event_type === 'rule_violated' ? fact.data : undefined);
        }
        if (isReset) break;
      }
    }
    this.restart(true);
    for (const violation of last.values()) if (violation !== undefined) this.#told.set(violationId(violation), violation);
  }
}

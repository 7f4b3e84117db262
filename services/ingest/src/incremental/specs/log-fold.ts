import { ORIGIN, emptyState, evolve, stateDigest, type Fact, type GraphState, type Offset } from '@graphtail/facts';
import { decodeFacts, type FactLog } from '@graphtail/log';

/** A fold of a log that continues with each call of `digest`. */
export class LogFold {
  readonly facts: Fact[] = [];
  readonly state: GraphState = emptyState();
  /** `analysis_completed` facts whose state digest differs from the folded state. */
  readonly wrongAnalyses: Fact[] = [];
  readonly #log: FactLog;
  #cursor: Offset = ORIGIN;

  constructor(log: FactLog) {
    this.#log = log;
  }

  /** Folds the facts that were appended since the last call. @returns the state digest */
  async digest(): Promise<string> {
    for (;;) {
      const page = await this.#log.readAfter(this.#cursor);
      for (const batch of page.batches) {
        for (const fact of decodeFacts(batch, this.#cursor)) this.#take(fact);
        this.#cursor = batch.through;
      }
      if (page.caughtUp) return stateDigest(this.state);
    }
  }

  #take(fact: Fact): void {
    this.facts.push(fact);
    evolve(this.state, fact);
    if (fact.event_type === 'analysis_completed' && fact.data.state_digest !== stateDigest(this.state)) this.wrongAnalyses.push(fact);
  }

  /** The facts after the first `count`, without progress: `node_added a.ts#f`. */
  since(count: number): string[] {
    return this.facts
      .slice(count)
      .filter(({ event_type }) => event_type !== 'analysis_progress')
      .map(({ event_type, entity_type, entity_id }) => (entity_type === 'analysis' ? event_type : `${event_type} ${entity_id}`));
  }

  /** Reasons of the analyses that were announced after the first `count` facts. */
  analysesSince(count: number): string[] {
    return this.facts.slice(count).flatMap((fact) => (fact.event_type === 'analysis_started' ? [fact.data.reason] : []));
  }
}

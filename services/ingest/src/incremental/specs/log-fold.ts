import { ORIGIN, emptyState, evolve, stateDigest, type Fact, type GraphState, type Offset } from '@graphtail/facts';
import { decodeFacts, type FactLog } from '@graphtail/log';

/** A log, folded as its facts come. */
export class LogFold {
  readonly facts: Fact[] = [];
  readonly state: GraphState = emptyState();
  /** Analyses whose facts do not lead to the state digest that they say. */
  readonly wrongAnalyses: Fact[] = [];
  readonly #log: FactLog;
  #cursor: Offset = ORIGIN;

  constructor(log: FactLog) {
    this.#log = log;
  }

  /** Folds what was appended since; gives back the state digest. */
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

  /** What was appended after so many facts, progress apart: `node_added a.ts#f`. */
  since(count: number): string[] {
    return this.facts
      .slice(count)
      .filter(({ event_type }) => event_type !== 'analysis_progress')
      .map(({ event_type, entity_type, entity_id }) => (entity_type === 'analysis' ? event_type : `${event_type} ${entity_id}`));
  }

  /** Reasons of the analyses announced after so many facts. */
  analysesSince(count: number): string[] {
    return this.facts.slice(count).flatMap((fact) => (fact.event_type === 'analysis_started' ? [fact.data.reason] : []));
  }
}

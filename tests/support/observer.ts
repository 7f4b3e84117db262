import { connect, type Subscription } from '@graphtail/client';
import { emptyState, evolve, seqOf, stateDigest, type EventType, type Fact, type GraphState, type Offset } from '@graphtail/facts';
import { eventually } from './eventually.ts';

/** A subscriber that keeps everything that it was given, and checks that nothing is missing and nothing comes twice. */
export class Observer {
  readonly facts: Fact[] = [];
  /** What is wrong with what it was given; empty while the promise is kept. */
  readonly violations: string[] = [];
  readonly state: GraphState = emptyState();
  readonly #subscription: Subscription;
  #through: Offset | undefined;

  constructor(url: string, graph: string) {
    this.#subscription = connect({ url, graph, from: 'earliest' });
    this.#subscription.on((event) => {
      if (event.type !== 'facts') return;
      if (this.#through !== undefined && event.prev !== this.#through) this.violations.push(`${event.prev} after ${this.#through}`);
      for (const fact of event.facts) this.#take(fact);
      this.#through = event.through;
    });
  }

  #take(fact: Fact): void {
    const before = this.facts.at(-1);
    const expected = before === undefined ? 1 : seqOf(before.offset) + 1;
    if (seqOf(fact.offset) !== expected) this.violations.push(`#${String(seqOf(fact.offset))} where #${String(expected)} was due`);
    this.facts.push(fact);
    evolve(this.state, fact);
  }

  get digest(): string {
    return stateDigest(this.state);
  }

  /** The facts that came after an index into `facts`. */
  since(index: number): Fact[] {
    return this.facts.slice(index);
  }

  /** Awaits a fact of a kind after an index; gives it back. */
  async sees<Type extends EventType>(type: Type, after = 0, withinMs = 30_000): Promise<Extract<Fact, { event_type: Type }>> {
    const find = (): Fact | undefined => this.facts.slice(after).find((fact) => fact.event_type === type);
    await eventually(() => find() !== undefined, withinMs).catch(() => {
      throw new Error(`no ${type} after fact ${String(after)} of ${String(this.facts.length)}; it is ${this.#subscription.state}`);
    });
    return find() as Extract<Fact, { event_type: Type }>;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }
}

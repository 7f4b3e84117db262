import { connect, type ClientEvent, type ConnectOptions, type Subscription } from '@graphtail/client';
import { emptyState, evolve, type Fact, type Offset } from '@graphtail/facts';
import { eventually } from './eventually.ts';

/** What a subscription handed out, as a folder would take it. */
export class Reader {
  readonly subscription: Subscription;
  readonly events: ClientEvent[] = [];
  seqs: number[] = [];
  state = emptyState();

  constructor(options: ConnectOptions) {
    this.subscription = connect(options);
    this.subscription.on((event) => {
      this.events.push(event);
      if (event.type === 'facts') event.facts.forEach((fact) => this.#fold(fact));
      if (event.type === 'snapshot') this.state = event.state;
      if (event.type === 'restarted') [this.state, this.seqs] = [emptyState(), []];
    });
  }

  reached(at: Offset | undefined): Promise<void> {
    return eventually(() => this.subscription.cursor === at, 20_000);
  }

  #fold(fact: Fact): void {
    this.seqs.push(Number(fact.offset.split('-')[1]));
    this.state = evolve(this.state, fact);
  }
}

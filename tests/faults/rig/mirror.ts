import { connect, type ConnectOptions, type Subscription } from '@graphtail/client';
import { emptyState, evolve, stateDigest, type GraphState, type Offset } from '@graphtail/facts';

/** A subscriber by the SDK that folds what it is given, as an application would, with the remedies that the SDK offers. */
export class Mirror {
  readonly name: string;
  readonly graph: string;
  readonly violations: string[] = [];
  deliveries = 0;
  /** Breaks that the SDK told of. */
  gaps = 0;
  #state: GraphState = emptyState();
  readonly #subscription: Subscription;

  /** @param isLossy frames get lost on its way: gaps are what it is to tell of */
  constructor(name: string, options: ConnectOptions & { readonly graph: string }, isLossy = false) {
    this.name = name;
    this.graph = options.graph;
    this.#subscription = connect({ from: 'snapshot', onTooOld: 'snapshot', onRefused: 'resnapshot', ...options });
    this.#subscription.on((event) => {
      switch (event.type) {
        case 'snapshot':
          this.#state = event.state;
          break;
        case 'restarted':
          this.#state = emptyState();
          break;
        case 'facts':
          this.deliveries += event.facts.length;
          for (const fact of event.facts) evolve(this.#state, fact);
          if (this.#state.anomalies > 0) this.violations.push(`${name}: anomalies at ${event.through}`);
          break;
        case 'gap':
          this.gaps++;
          if (!isLossy) this.violations.push(`${name}: a frame after ${event.prev} while the cursor is ${event.cursor}`);
          break;
        default:
      }
    });
  }

  get cursor(): Offset | undefined {
    return this.#subscription.cursor;
  }

  get digest(): string {
    return stateDigest(this.#state);
  }

  /** What its own receipts said of what it received. */
  get subscription(): Subscription {
    return this.#subscription;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }
}

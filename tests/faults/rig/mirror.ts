import { connect, type ConnectOptions, type Subscription } from '@graphtail/client';
import { emptyState, evolve, stateDigest, type GraphState, type Offset } from '@graphtail/facts';
import { seqOf, type RawLog } from './raw-log.ts';

/** A subscriber by the SDK that folds what it is given, as an application would, with the remedies that the SDK offers. */
export class Mirror {
  readonly name: string;
  readonly graph: string;
  readonly violations: string[] = [];
  deliveries = 0;
  /** Breaks that the SDK told of. */
  gaps = 0;
  #state: GraphState = emptyState();
  /** Where what it holds begins: a snapshot, or what came first. */
  #after: Offset | undefined;
  #begins: 'whole' | 'midway' | undefined;
  /** Of the facts since. */
  #offsets: Offset[] = [];
  readonly #subscription: Subscription;

  /** @param isLossy frames get lost on its way: gaps are what it is to tell of */
  constructor(name: string, options: ConnectOptions & { readonly graph: string }, isLossy = false) {
    this.name = name;
    this.graph = options.graph;
    this.#subscription = connect({ from: 'snapshot', onTooOld: 'snapshot', onRefused: 'resnapshot', ...options });
    this.#subscription.on((event) => {
      switch (event.type) {
        case 'snapshot':
          this.#begin(event.asOf, event.state);
          this.#begins = 'whole';
          break;
        case 'restarted':
          this.#begin(event.cursor, emptyState());
          break;
        case 'facts':
          if (this.#after === undefined) this.#begin(event.prev, emptyState());
          this.deliveries += event.facts.length;
          this.#offsets.push(...event.facts.map(({ offset }) => offset));
          for (const fact of event.facts) evolve(this.#state, fact);
          if (this.#begins === 'whole' && this.#state.anomalies > 0) this.violations.push(`${name}: anomalies at ${event.through}`);
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

  /** Of what it folded; undefined where it began in the middle of the log, with nothing. */
  get digest(): string | undefined {
    return this.#begins === 'midway' ? undefined : stateDigest(this.#state);
  }

  #begin(after: Offset, state: GraphState): void {
    this.#after = after;
    this.#begins = seqOf(after) === 0 ? 'whole' : 'midway';
    this.#offsets = [];
    this.#state = state;
  }

  /** Compares what it was given since it was last told to begin anew with the log; forgets what the log no longer retains. */
  compare(log: RawLog): void {
    const after = Math.max(seqOf(this.#after ?? '0-0'), seqOf(log.floor));
    const due = log.facts.filter(({ seq }) => seq > after);
    this.#offsets = this.#offsets.filter((offset) => seqOf(offset) > after);
    const differing = due.findIndex(({ offset }, i) => this.#offsets[i] !== offset);
    if (differing >= 0)
      this.violations.push(`${this.name}: given ${this.#offsets[differing] ?? 'nothing'} where the log has ${due[differing]!.offset}`);
    if (this.#offsets.length > due.length)
      this.violations.push(`${this.name}: given ${String(this.#offsets.length - due.length)} facts that the log does not have`);
  }

  /** What its own receipts said of what it received. */
  get subscription(): Subscription {
    return this.#subscription;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }
}

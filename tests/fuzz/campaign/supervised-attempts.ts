import { setTimeout as wait } from 'node:timers/promises';
import type { Fuzzer } from '../fuzzers/fuzzer.ts';
import { keyOf, type Findings } from '../oracle/finding.ts';
import type { Verdict } from '../oracle/judge-answer.ts';
import { Tally } from '../oracle/tally.ts';
import type { ProcessName } from '../rig/processes.ts';
import type { Product } from '../rig/product.ts';

/** What ended a moment before a process did may have been what ended it. */
const RECENT_MS = 1_000;
/** From the answer that a dead process could not give to its end being seen. */
const SEEN_WITHIN_MS = 300;
/** A blocked event loop is ended by the supervisor after 5 s. */
const BLOCKED_MS = 9_000;
/** After so many nothing more is to be learnt. */
const MOST_RESTARTS = 8;

type Begun = { readonly fuzzer: Fuzzer<unknown>; readonly given: unknown };

/**
 * Attempts of all fuzzers at once. If a process of the product ends meanwhile, the others wait; then each attempt that was under way is made again
 * alone, to find the one that ends the process.
 */
export class SupervisedAttempts {
  readonly tally = new Tally();
  readonly findings: Findings;
  restarts = 0;
  readonly #product: Product;
  readonly #begun = new Set<Begun>();
  /** Kinds of tries that end a process: one was enough. */
  readonly #avoided = new Set<string>();
  #handling: Promise<void> | undefined;

  constructor(product: Product, findings: Findings) {
    this.#product = product;
    this.findings = findings;
  }

  /** The product was restarted so often that the run ends. */
  get isOver(): boolean {
    return this.restarts > MOST_RESTARTS;
  }

  /** What was wrong, if it is not known already. */
  async make<Try>(fuzzer: Fuzzer<Try>, given: Try): Promise<(Verdict & { readonly key: string }) | undefined> {
    await this.#handling;
    if (this.isOver || this.#avoided.has(kindOf(fuzzer, given))) return undefined;
    const { restarts } = this;
    const begun: Begun = { fuzzer: fuzzer as Fuzzer<unknown>, given };
    this.#begun.add(begun);
    const verdict = await fuzzer.attempt(given, this.#product, this.tally);
    setTimeout(() => this.#begun.delete(begun), RECENT_MS).unref();
    if (verdict === undefined) return undefined;
    await wait(SEEN_WITHIN_MS);
    await this.lookForRestarts();
    if (restarts !== this.restarts) return undefined; // it may have been another's doing
    const key = keyOf({ kind: verdict.what, about: fuzzer.about(given) });
    if (!this.findings.has(key)) return { ...verdict, key };
    this.findings.count(key);
    return undefined;
  }

  found<Try>(fuzzer: Fuzzer<Try>, given: Try, { what, detail }: Verdict): void {
    this.findings.add({ kind: what, about: fuzzer.about(given), detail, reproduction: fuzzer.reproduce(given, this.#product) });
  }

  /** Resolves when none is being looked into. */
  async lookForRestarts(): Promise<void> {
    if (this.#handling === undefined && (await this.#product.ended()).length > 0) {
      this.#handling ??= this.#handle().finally(() => (this.#handling = undefined));
    }
    await this.#handling;
  }

  async #handle(): Promise<void> {
    const ended = await this.#product.ended();
    this.restarts++;
    const suspects = [...this.#begun];
    await this.#product.lookAgain();
    if (this.isOver) return;
    for (const { fuzzer, given } of suspects) {
      const [again] = await this.#endsAProcess(fuzzer, given);
      if (again === undefined) continue;
      this.#avoided.add(kindOf(fuzzer, given));
      this.found(fuzzer, given, { what: `restart of ${again}`, detail: 'it ended, or blocked until it was ended' });
      return;
    }
    this.findings.add({
      kind: `restart of ${ended.join(', ')}`,
      about: 'one of what was under way',
      detail: 'none of it does it again alone',
      reproduction: suspects.map(({ fuzzer, given }) => fuzzer.reproduce(given, this.#product)).join('\n      '),
    });
  }

  async #endsAProcess(fuzzer: Fuzzer<unknown>, given: unknown): Promise<ProcessName[]> {
    await fuzzer.attempt(given, this.#product, new Tally());
    const deadline = performance.now() + BLOCKED_MS;
    for (;;) {
      const ended = await this.#product.ended();
      if (ended.length > 0) {
        await this.#product.lookAgain();
        return ended;
      }
      const answers = await fetch(`${this.#product.pipeline.url}/health`, { signal: AbortSignal.timeout(1_500) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers || performance.now() > deadline) return [];
    }
  }
}

function kindOf<Try>(fuzzer: Fuzzer<Try>, given: Try): string {
  return `${fuzzer.name} ${fuzzer.about(given)}`;
}

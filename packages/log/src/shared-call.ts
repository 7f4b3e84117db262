/**
 * A call of which at most one runs at a time: whoever asks while it runs shares its promise, and its error.
 * @example const look = new SharedCall(() => this.#look());
 */
export class SharedCall<T> {
  readonly #call: () => Promise<T>;
  #underWay: Promise<T> | undefined;

  constructor(call: () => Promise<T>) {
    this.#call = call;
  }

  /** The promise of the call that runs now. */
  get underWay(): Promise<T> | undefined {
    return this.#underWay;
  }

  run(): Promise<T> {
    return (this.#underWay ??= this.#call().finally(() => (this.#underWay = undefined)));
  }

  /** Waits for the call that runs now, if any, and then calls: the result includes everything that happened before. */
  async runAfter(): Promise<T> {
    await this.#underWay?.catch(() => undefined);
    return this.run();
  }
}

/** Node 22 has `Symbol.asyncDispose` but no `AsyncDisposableStack`: this is the part of it that the command uses. */
class Stack implements Pick<AsyncDisposableStack, 'defer' | 'disposeAsync'> {
  readonly #deferred: (() => unknown)[] = [];

  defer(work: () => unknown): void {
    this.#deferred.push(work);
  }

  async disposeAsync(): Promise<void> {
    for (let work = this.#deferred.pop(); work !== undefined; work = this.#deferred.pop()) await work();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync();
  }
}

if (!('AsyncDisposableStack' in globalThis)) Object.assign(globalThis, { AsyncDisposableStack: Stack });

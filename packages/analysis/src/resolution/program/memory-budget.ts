/**
 * A value that may be dropped to save memory and is then rebuilt on demand. It is never changed. A later read may return another object.
 */
export class Held<T extends object> {
  readonly #onMade: () => void;
  #value: T | undefined;
  #remake: (() => T) | undefined;
  #wasAsked = true;

  constructor(value: T, onMade: () => void = () => undefined) {
    this.#value = value;
    this.#onMade = onMade;
  }

  get value(): T {
    this.#wasAsked = true;
    return this.#value ?? this.#make();
  }

  /** Whether the value was read since the last call of this method. */
  takeAsked(): boolean {
    const wasAsked = this.#wasAsked;
    this.#wasAsked = false;
    return wasAsked;
  }

  letGo(reduce: (value: T) => () => T): void {
    this.#remake ??= reduce(this.#value!);
    this.#value = undefined;
  }

  #make(): T {
    const value = this.#remake!();
    this.#value = value;
    this.#onMade();
    return value;
  }
}

interface Live {
  readonly bytes: number;
  readonly letGo: () => void;
}

/** Keeps values within a number of bytes. It drops those that were not read lately (the clock algorithm). */
export class MemoryBudget {
  readonly #bytes: number;
  /** In the order in which trim() looks at them. */
  readonly #live = new Map<Held<object>, Live>();
  #liveBytes = 0;

  /** @param bytes that the values may take, approximately */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * @param bytes that the value takes, approximately
   * @param reduce returns a function that rebuilds the value and takes less memory; called once
   * @param onLetGo called each time the value is dropped, to drop what was made from it
   */
  hold<T extends object>(value: T, bytes: number, reduce: (value: T) => () => T, onLetGo: () => void = () => undefined): Held<T> {
    const letGo = (): void => {
      held.letGo(reduce);
      onLetGo();
    };
    const enter = (): void => {
      this.#live.set(held, { bytes, letGo });
      this.#liveBytes += bytes;
    };
    const held: Held<T> = new Held(value, enter);
    enter();
    return held;
  }

  /** Stops counting a value that nobody will read again. */
  release(held: Held<object>): void {
    this.#liveBytes -= this.#live.get(held)?.bytes ?? 0;
    this.#live.delete(held);
  }

  /** Drops values until the budget is met. Call it only while no caller is working with a value. */
  trim(): void {
    for (const [held, live] of this.#live) {
      if (this.#liveBytes <= this.#bytes) return;
      this.#live.delete(held);
      if (held.takeAsked()) {
        this.#live.set(held, live);
        continue;
      }
      this.#liveBytes -= live.bytes;
      live.letGo();
    }
  }
}

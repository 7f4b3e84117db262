/** A value that may be let go while others are asked for, and is then made again. It is never changed; asked for again, it may be another object. */
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

  /** Whether anybody has asked for it since this was last called. */
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

/** Holds values, of which only so many bytes stay: those that have not been asked for lately are let go (the clock algorithm). */
export class MemoryBudget {
  readonly #bytes: number;
  /** Whom trim() looks at next comes first. */
  readonly #live = new Map<Held<object>, Live>();
  #liveBytes = 0;

  /** @param bytes that the values may take, about */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * @param bytes that the value takes, about
   * @param reduce gives what makes the value again, and takes less; called once
   * @param onLetGo lets go of what was made of it, each time
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

  /** Nobody will ask for it again. */
  release(held: Held<object>): void {
    this.#liveBytes -= this.#live.get(held)?.bytes ?? 0;
    this.#live.delete(held);
  }

  /** Lets go of what is too much; to be called where nobody is at work with a value. */
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

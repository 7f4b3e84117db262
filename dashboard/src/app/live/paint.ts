/**
 * Runs `task` at most once every `intervalMs`, in an animation frame, however often it is requested. So many facts are painted at the
 * screen's rate. The first request after a quiet time runs in the next frame. Hidden pages get no frames, so a timer replaces them there.
 */
export class Paint {
  readonly #task: () => void;
  readonly #intervalMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  #lastRun = Number.NEGATIVE_INFINITY;

  constructor(task: () => void, intervalMs = 0) {
    this.#task = task;
    this.#intervalMs = intervalMs;
  }

  request(): void {
    if (this.#timer !== undefined || this.#frame !== undefined) return;
    const wait = this.#lastRun + this.#intervalMs - performance.now();
    if (document.hidden) this.#timer = setTimeout(this.#run, Math.max(wait, 250));
    else if (wait > 0) this.#timer = setTimeout(this.#inFrame, wait);
    else this.#inFrame();
  }

  /** Cancels the pending run. The next request counts as the first one. */
  cancel(): void {
    this.#lastRun = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#timer = undefined;
    this.#frame = undefined;
  }

  readonly #inFrame = (): void => {
    this.#timer = undefined;
    this.#frame = requestAnimationFrame(this.#run);
  };

  readonly #run = (): void => {
    this.#timer = undefined;
    this.#frame = undefined;
    this.#lastRun = performance.now();
    this.#task();
  };
}

import { Producer, ProducerConflict, type Appended, type FactLog, type Groups } from '@graphtail/log';
import type { GraphView } from './view.ts';

/** The log lost facts that the view had folded. The caller has to compare the whole source with the view again. */
export class ViewReloaded extends Error {
  override readonly name = 'ViewReloaded';
}

/** Appends the facts that the log lacks, and folds each acknowledged batch into the view. */
export class Publisher {
  readonly #view: GraphView;
  readonly #producer: Producer;
  readonly #onAppended: (batch: Appended) => void;
  #refused: { readonly since: number; readonly error: Error } | undefined;

  constructor(
    log: FactLog,
    view: GraphView,
    onAppended: (batch: Appended) => void,
    onRetry: (error: Error) => void = () => undefined,
    replicas?: number,
  ) {
    this.#view = view;
    const refused = (error: Error): void => {
      this.#refused = { since: this.#refused?.since ?? performance.timeOrigin + performance.now(), error };
      onRetry(error);
    };
    this.#producer = new Producer(log, refused, replicas);
    this.#onAppended = onAppended;
  }

  /** An append that waits for its acknowledgement: since when attempts fail, and the last error. Undefined if none failed. */
  get refused(): { readonly since: number; readonly error: Error } | undefined {
    return this.#refused;
  }

  /**
   * Appends the groups that `groupsFor` computes from the view. After another producer's append, it computes them again.
   * @returns how many facts were appended
   * @throws {ViewReloaded} see there. Rejects with the signal's reason when aborted; acknowledged facts stay in the log.
   */
  async publish(groupsFor: () => Groups, signal: AbortSignal): Promise<number> {
    let appended = 0;
    for (;;) {
      if (this.#view.position === undefined && (await this.#view.catchUp(signal)) === 'reloaded') throw new ViewReloaded();
      this.#producer.moveTo(this.#view.position!);
      try {
        await this.#producer.append(
          groupsFor(),
          (batch) => {
            appended += batch.facts.length;
            this.#refused = undefined;
            this.#view.fold(batch.facts, this.#producer.position!);
            this.#onAppended(batch);
          },
          signal,
        );
        return appended;
      } catch (error) {
        if (!(error instanceof ProducerConflict)) throw error;
        if ((await this.#view.catchUp(signal)) === 'reloaded') throw new ViewReloaded();
      } finally {
        this.#refused = undefined;
      }
    }
  }
}

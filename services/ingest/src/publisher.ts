import { Producer, ProducerConflict, type Appended, type FactLog, type Groups } from '@graphtail/log';
import type { GraphView } from './view.ts';

/** The log lost facts that the view had folded: what is to be appended must be computed for everything, from the source. */
export class ViewReloaded extends Error {
  override readonly name = 'ViewReloaded';
}

/** Appends what the source says beyond what the log says, and folds each acknowledged batch into the view. */
export class Publisher {
  readonly #view: GraphView;
  readonly #producer: Producer;
  readonly #onAppended: (batch: Appended) => void;

  constructor(log: FactLog, view: GraphView, onAppended: (batch: Appended) => void, onRetry?: (error: Error) => void, replicas?: number) {
    this.#view = view;
    this.#producer = new Producer(log, onRetry, replicas);
    this.#onAppended = onAppended;
  }

  /**
   * Appends the groups that `groupsFor` computes from the view; computes them again after another producer's
   * append. Gives back how many facts were appended.
   * @throws {ViewReloaded} see there. Rejects with the signal's reason when aborted: what was acknowledged stays.
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
            this.#view.fold(batch.facts, this.#producer.position!);
            this.#onAppended(batch);
          },
          signal,
        );
        return appended;
      } catch (error) {
        if (!(error instanceof ProducerConflict)) throw error;
        if ((await this.#view.catchUp(signal)) === 'reloaded') throw new ViewReloaded();
      }
    }
  }
}

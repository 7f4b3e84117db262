import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, type Subscription } from '@graphtail/client';
import { startPipeline, type Pipeline } from '../tests/support/pipeline.ts';
import { measurement, quantile, type Measurement } from './measurement.ts';

const PROCESSES = ['ingest', 'projector', 'notifier', 'gateway', 'redis-server'] as const;
const ROUNDS = 8;
/** A process that ends again within ten seconds is restarted after a pause. */
const STEADY_MS = 11_000;
const BETWEEN_SAVES_MS = 700;

/**
 * From `kill -9` of a process of the running product, and a save at the same moment, to the save's facts at a subscriber, against the same
 * save while all processes run.
 *
 * @param source a code base, of which a copy is edited; default: the small shop of the specs
 */
export async function measureRestart(source?: string): Promise<Measurement[]> {
  const pipeline = await startPipeline(source === undefined ? {} : { source });
  const editor = await Editor.of(pipeline);
  const usual = await editor.saves(() => wait(BETWEEN_SAVES_MS));
  const figures: Measurement[] = [];
  for (const name of PROCESSES) {
    const took = await editor.saves(async () => {
      await wait(STEADY_MS);
      process.kill((await pipeline.pidOf(name))!, 'SIGKILL');
    });
    const title = `${basename(source ?? pipeline.graph)}: kill of ${name} to facts`;
    for (const [part, q] of Object.entries({ median: 0.5, p95: 0.95 }))
      figures.push(measurement(`${title}, ${part}`, quantile(took, q), 'ms', 'the same save, no kill', quantile(usual, q)));
  }
  await editor.close();
  await pipeline.stop();
  return figures;
}

/** Saves one file again and again, and awaits each save's facts at a subscriber. */
class Editor {
  readonly #subscription: Subscription;
  #path = '';
  #text = '';
  #saves = 0;
  #arrived: () => void = () => undefined;

  /** Begins when the first analysis has ended, with the first file that it found in a language with `//`. */
  static async of({ url, graph, root }: Pipeline): Promise<Editor> {
    const editor = new Editor(connect({ url, graph, from: 'earliest' }));
    const file = await editor.#firstFile();
    editor.#path = join(root, file);
    editor.#text = await readFile(editor.#path, 'utf8');
    return editor;
  }

  private constructor(subscription: Subscription) {
    this.#subscription = subscription;
  }

  async #firstFile(): Promise<string> {
    let file: string | undefined;
    return new Promise((resolve) => {
      this.#subscription.on((event) => {
        if (event.type !== 'facts') return;
        for (const { event_type, entity_id } of event.facts) {
          if (event_type === 'node_added' && /\.(ts|js|go)$/.test(entity_id)) file ??= entity_id;
          else if (event_type === 'analysis_completed' && file !== undefined) resolve(file);
          else if (event_type === 'node_updated' && entity_id === file) this.#arrived();
        }
      });
    });
  }

  /** @returns for each save the milliseconds from it to its facts; `before` is called before each */
  async saves(before: () => Promise<unknown>): Promise<number[]> {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await before();
      const began = performance.now();
      const arrival = new Promise<void>((resolve) => (this.#arrived = resolve));
      await writeFile(this.#path, `${this.#text}\n// ${String(++this.#saves)}\n`);
      await arrival;
      took.push(performance.now() - began);
    }
    return took;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }
}

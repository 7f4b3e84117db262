import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { addLanes, lanesToHex, ZERO } from '@graphtail/facts';
import { Registry } from 'prom-client';
import { createMetrics } from '../../../services/ingest/src/metrics.ts';
import { SourceModel } from '../../../services/ingest/src/source-model.ts';
import type { Random } from './random.ts';

const FILES = 12;

/** The analysed folder of the running pipeline: edits, and what a fresh analysis of it comes to. */
export class SourceFolder {
  readonly root: string;
  readonly #random: Random;
  readonly #threads = new AnalysisThreads({ workers: 1 });

  constructor(root: string, random: Random) {
    this.root = root;
    this.#random = random;
  }

  /** Writes or removes one of a few modules that import one another. */
  async edit(): Promise<void> {
    const at = this.#random.between(1, FILES);
    const path = join(this.root, `churn${String(at)}.ts`);
    if (this.#random.chance(0.15)) return rm(path, { force: true });
    const other = this.#random.between(1, FILES);
    const functions = Array.from({ length: this.#random.between(1, 5) }, (_, i) =>
      [
        `export function f${String(i)}(x: number): number {`,
        `  return x > ${String(this.#random.between(0, 9))} ? other(x) : ${String(i)};`,
        '}',
        '',
      ].join('\n'),
    );
    await writeFile(path, [`import { f0 as other } from './churn${String(other)}';`, ...functions].join('\n'));
  }

  /** The state digest of a fresh analysis. */
  async digest(): Promise<string> {
    const model = new SourceModel(this.root, this.#threads, createMetrics(new Registry()));
    const { signal } = new AbortController();
    await model.read(await model.discover(signal), { force: true }, signal);
    const outputs = new Map(await Array.fromAsync(model.all(signal))); // a file with routes or seams may come twice: the second counts
    let sum = ZERO;
    for (const output of outputs.values())
      for (const { hash } of [...(output?.nodes ?? []), ...(output?.relationships ?? [])]) sum = addLanes(sum, hash);
    model.close();
    return lanesToHex(sum);
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }
}

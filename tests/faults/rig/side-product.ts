import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { startPipeline, type Pipeline } from '../../support/pipeline.ts';
import { Mirror } from './mirror.ts';
import type { Random } from './random.ts';
import { SHOP, type Rig } from './rig.ts';
import { SourceFolder } from './source-folder.ts';

/** A failover, and what a busy machine takes. */
const EQUAL_WITHIN_MS = 120_000;

/** The whole product on another Redis, with a changing folder and a subscriber by the SDK: for what can't be done to the rig's own Redis. */
export class SideProduct {
  readonly pipeline: Pipeline;
  readonly folder: SourceFolder;
  readonly #random: Random;
  readonly #mirror: Mirror;

  private constructor(pipeline: Pipeline, random: Random) {
    this.pipeline = pipeline;
    this.#random = random;
    this.folder = new SourceFolder(pipeline.root, random);
    this.#mirror = new Mirror('sdk, beside', { url: pipeline.url, graph: SHOP });
  }

  /** Runs the product on a Redis, does `harm`, and compares source, projector and subscriber before it and after. */
  static async endures(rig: Rig, redisUrl: string, harm: (product: SideProduct) => Promise<void>): Promise<void> {
    const product = new SideProduct(await startPipeline({ graph: SHOP, args: ['--redis-url', redisUrl] }), rig.random);
    try {
      await product.edits(10);
      await product.isEqual();
      await harm(product);
      const began = performance.now();
      await product.edits(10);
      await product.isEqual();
      rig.recovered('another product on its Redis', performance.now() - began);
    } finally {
      await product.#close();
    }
  }

  async edits(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.folder.edit();
      await wait(this.#random.between(50, 200));
    }
  }

  async isEqual(): Promise<void> {
    const source = await this.folder.digest();
    let found = '';
    const compare = async (): Promise<boolean> => {
      const stats = await this.pipeline.get<{ offset: string; state_digest: string }>('/api/graph/stats').catch(() => undefined);
      found = `source ${source}, projector ${stats?.state_digest ?? 'away'}, subscriber ${this.#mirror.digest ?? 'unknown'} at ${String(this.#mirror.cursor)}`;
      return stats?.state_digest === source && this.#mirror.digest === source && this.#mirror.cursor === stats.offset;
    };
    await eventually(compare, EQUAL_WITHIN_MS).catch(() => {
      throw new Error(`${found}\n${this.pipeline.output().split('\n').slice(-20).join('\n')}`);
    });
    // A deletion that was damaged is appended again. Who folded it before counts an anomaly, and has the right state.
    const broken = this.#mirror.violations.filter((violation) => !violation.includes('anomalies'));
    if (broken.length > 0) throw new Error(broken.join('\n'));
  }

  async #close(): Promise<void> {
    await this.#mirror.close();
    await this.folder.close();
    await this.pipeline.stop();
  }
}

import { LinkThread } from './link/link-thread.ts';
import type { RemoteLinker } from './link/remote-linker.ts';
import { ParserPool, type ParserPoolOptions } from './parse/parser-pool.ts';

/** The analysis threads for all graphs of a process: several threads parse, and one links. */
export class AnalysisThreads {
  readonly parsers: ParserPool;
  readonly #links: LinkThread;

  constructor(options: ParserPoolOptions) {
    this.parsers = new ParserPool(options);
    this.#links = new LinkThread(options.cacheDir);
  }

  /** @param root of the code base: what an earlier process knew of it is taken over */
  newLinker(root: string): RemoteLinker {
    return this.#links.newLinker(root);
  }

  async close(): Promise<void> {
    await Promise.all([this.parsers.close(), this.#links.close()]);
  }
}

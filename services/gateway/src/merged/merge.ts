import type { IncomingMessage } from 'node:http';
import type { Upstream } from '../upstreams/upstream.ts';

/** The answer of one process, parsed. */
export type Reply = { readonly from: Upstream; readonly body: Record<string, unknown> };

/** An answer that is about all processes of a service, and is put together from theirs. */
export type Merge = {
  readonly method: string;
  readonly path: string;
  /**
   * Merges the answers of the processes that did what was asked.
   * @param missing addresses of the others
   */
  readonly merge: (replies: readonly [Reply, ...Reply[]], missing: readonly string[], request: IncomingMessage) => object;
};

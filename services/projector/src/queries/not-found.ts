/** At this offset, the graph or its log holds nothing about the entity or symbol of the query. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  /** The id or symbol that is no node's. */
  readonly sought: string | undefined;
  /** Ids of nodes that could be meant. */
  readonly near: readonly string[];

  constructor(message: string, { sought, near = [] }: { sought?: string; near?: readonly string[] } = {}) {
    super(message);
    this.sought = sought;
    this.near = near;
  }
}

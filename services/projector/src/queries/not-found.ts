/** At this offset, the graph or its log holds nothing about the entity or symbol of the query. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

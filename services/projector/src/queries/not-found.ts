/** What a query was about is not in the graph at this offset. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

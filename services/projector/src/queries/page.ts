/** Part of a list: `total` counts the whole list. */
export type Page = { readonly total: number; readonly limit: number; readonly offset: number };
export type PageRequest = { readonly limit: number; readonly offset: number };

export function pageOf<Item>(items: readonly Item[], { limit, offset }: PageRequest): { page: Page; items: Item[] } {
  return { page: { total: items.length, limit, offset }, items: items.slice(offset, offset + limit) };
}

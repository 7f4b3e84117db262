/** The page that shows a graph. Without the name, a browser shows the graph that it showed last. */
export function pageOf(url: string, graph: string): string {
  return `${url}/?graph=${encodeURIComponent(graph)}`;
}

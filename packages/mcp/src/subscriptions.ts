import type { McpServer } from '@modelcontextprotocol/server';
import { OVERVIEW, fileAddress, nodeAddress } from './resources.ts';

/** What changed in a graph: paths of files, and ids of nodes. */
export type Changed = { readonly graph: string; readonly files: ReadonlySet<string>; readonly nodes: ReadonlySet<string> };

/** Follows the logs of all graphs from now on, until the returned function is called. */
export type Watch = (onChanged: (changed: Changed) => void) => () => void;

/** Tells a client when a resource that it subscribed to has changed. The log is followed only while there is a subscription. */
export function watchResources({ server }: McpServer, watch: Watch): void {
  const subscribed = new Set<string>();
  let stop: (() => void) | undefined;

  const told = ({ graph, files, nodes }: Changed): void => {
    const addresses = [OVERVIEW, ...[...files].map((path) => fileAddress(graph, path)), ...[...nodes].map((id) => nodeAddress(graph, id))];
    for (const uri of addresses) if (subscribed.has(uri)) void server.sendResourceUpdated({ uri }).catch(() => undefined); // it has left
  };
  const end = (): void => {
    stop?.();
    stop = undefined;
  };

  server.setRequestHandler('resources/subscribe', ({ params }) => {
    subscribed.add(params.uri);
    stop ??= watch(told);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    subscribed.delete(params.uri);
    if (subscribed.size === 0) end();
    return {};
  });
  server.onclose = end;
}

import { connect, createApi, type Subscription, type TokenSource } from '@graphtail/client';
import type { Watch } from '@graphtail/mcp';

type Server = { readonly url: string; readonly token: TokenSource | undefined };

/** Follows all graphs from now on, and tells which files and nodes each save changed. */
export function follow(server: () => Promise<Server>): Watch {
  return (onChanged) => {
    const subscriptions = new Set<Subscription>();
    let isStopped = false;

    const one = async ({ url, token }: Server, graph: string): Promise<void> => {
      const subscription = connect({ url, token, graph, from: 'latest', entities: ['node', 'relationship'] });
      subscriptions.add(subscription);
      for await (const { facts } of subscription) {
        const [files, nodes] = [new Set<string>(), new Set<string>()];
        for (const fact of facts) {
          const { file_path: file } = fact.data as { file_path?: string };
          if (file !== undefined && file !== '') files.add(file);
          if (fact.entity_type === 'node') nodes.add(fact.entity_id);
        }
        onChanged({ graph, files, nodes });
      }
    };
    const all = async (): Promise<void> => {
      const given = await server();
      const graphs = await createApi(given.url, given.token).graphs();
      // A graph that is removed ends its subscription; what else it can be refused for, the next call of a tool tells.
      if (!isStopped) await Promise.all(graphs.map(({ name }) => one(given, name).catch(() => undefined)));
    };
    all().catch(() => undefined); // as above
    return () => {
      isStopped = true;
      for (const subscription of subscriptions) void subscription.close();
    };
  };
}

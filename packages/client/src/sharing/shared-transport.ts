import { isOffset } from '@graphtail/facts';
import type { TransportName } from '../options.ts';
import type { Platform } from '../platform.ts';
import type { OpenConnection } from '../transport.ts';
import { scopeOf } from './scope.ts';
import { SharedConnection } from './shared-connection.ts';
import type { Tabs } from './tabs.ts';

/**
 * Returns a transport whose connections are shared by the tabs that subscribe to the same graph with the same rights. A subscription that
 * is not of the whole graph, from here on and at its own pace, connects by itself.
 */
function sharedTransport(via: TransportName, transport: OpenConnection, context: Context): OpenConnection {
  const { base, tabs, platform, accepted } = context;
  return (query, token, listener) => {
    const scope = scopeOf(base, query, token);
    if (scope === undefined) return transport(query, token, listener);
    const from = query.get('from') ?? '';
    const sharing = {
      scope,
      via,
      token,
      cursor: isOffset(from) ? from : undefined,
      isAccepted: token === undefined || accepted.has(token),
      accepted: () => {
        if (token !== undefined) accepted.add(token);
      },
      isOfScope: (other: string) => scopeOf(base, query, other) === scope,
      open: (cursor, through) => {
        const here = new URLSearchParams(query);
        if (cursor !== undefined) here.set('from', cursor);
        return transport(here, token, through);
      },
    } satisfies ConstructorParameters<typeof SharedConnection>[0];
    return new SharedConnection(sharing, tabs, platform, listener);
  };
}

type Context = {
  readonly base: string;
  readonly tabs: Tabs;
  readonly platform: Pick<Platform, 'now' | 'date' | 'timer'>;
  /** The tokens that the server accepted from this subscription. */
  readonly accepted: Set<string>;
};

/** Returns a platform's transports with connections that tabs share. */
export function sharedTransports(platform: Platform, base: string, tabs: Tabs): Platform['transports'] {
  const context: Context = { base, tabs, platform, accepted: new Set() };
  const { websocket, sse } = platform.transports;
  return { websocket: sharedTransport('websocket', websocket, context), sse: sharedTransport('sse', sse, context) };
}

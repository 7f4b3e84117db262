import type { Message } from './messages.ts';

/** What tabs of one origin need to find each other. Specs bring their own. */
export type Tabs = {
  readonly locks: Locks;
  /** A channel to every other tab that opened one of this name. Messages of one tab arrive in their order. */
  channel(name: string, listener: (message: Message) => void): Channel;
  /** Calls the listener when the browser is about to freeze this tab or to put its page aside. The returned function stops that. */
  frozen(listener: () => void): () => void;
  /** A name that no other connection has. */
  id(): string;
};

export type Channel = { say(message: Message): void; close(): void };

/** The part of `navigator.locks` that sharing uses. */
export type Locks = {
  request(
    name: string,
    options: { readonly steal?: true; readonly signal?: AbortSignal },
    held: () => Promise<void> | undefined,
  ): Promise<unknown>;
};

type Scope = {
  readonly navigator?: { readonly locks?: Locks };
  readonly BroadcastChannel?: new (name: string) => {
    onmessage: ((event: { readonly data: unknown }) => void) | null;
    postMessage(message: unknown): void;
    close(): void;
  };
  readonly addEventListener?: (type: string, listener: () => void, capture?: boolean) => void;
  readonly removeEventListener?: (type: string, listener: () => void, capture?: boolean) => void;
  readonly document?: Pick<Scope, 'addEventListener' | 'removeEventListener'>;
};

/**
 * Returns this platform's tabs; undefined if tabs can't find each other here. Browsers have locks only in secure contexts: over https, or
 * on a loopback address.
 */
export function tabsHere(): Tabs | undefined {
  const scope = globalThis as unknown as Scope;
  const { navigator, BroadcastChannel } = scope;
  const locks = navigator?.locks;
  if (locks === undefined || BroadcastChannel === undefined) return undefined;
  return {
    locks,
    channel: (name, listener) => {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => {
        listener(data as Message); // the name of the channel holds the version of the messages
      };
      return {
        say: (message) => {
          channel.postMessage(message);
        },
        close: () => {
          channel.close();
        },
      };
    },
    frozen: (listener) => {
      scope.document?.addEventListener?.('freeze', listener);
      scope.addEventListener?.('pagehide', listener);
      return () => {
        scope.document?.removeEventListener?.('freeze', listener);
        scope.removeEventListener?.('pagehide', listener);
      };
    },
    id: () => crypto.randomUUID(),
  };
}

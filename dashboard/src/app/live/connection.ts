import type { Subscription } from '@graphtail/client';
import { seqOf, type Code, type Offset } from '@graphtail/facts';
import { whole } from '../format/numbers.ts';

/** The state of the subscription, as a union: the text, colour and motion of each kind are in one place. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'replaying'; readonly percent: number }
  | { readonly kind: 'live' }
  /** Connected, and the log does not answer whoever delivers it. */
  | { readonly kind: 'stalled' }
  | { readonly kind: 'behind'; readonly facts: number }
  | { readonly kind: 'offline'; readonly at: Offset | undefined }
  | { readonly kind: 'refused'; readonly code: Code | undefined; readonly message: string };

export function seqText(at: Offset | undefined): string {
  return at === undefined ? '#–' : `#${whole(seqOf(at))}`;
}

/** What a subscription's state means here; undefined where that was said when it came, with its reason. `begin`: where a replay began. */
export function connectionOf(
  { state, received, head }: Pick<Subscription, 'state' | 'received' | 'head'>,
  { begin, wasLive }: { readonly begin: Offset | undefined; readonly wasLive: boolean },
): Connection | undefined {
  switch (state) {
    case 'connecting':
      return received === undefined ? { kind: 'connecting' } : { kind: 'offline', at: received };
    case 'replaying':
      if (received === undefined || head === undefined) return { kind: 'connecting' };
      if (wasLive) return { kind: 'behind', facts: Math.max(0, seqOf(head) - seqOf(received)) };
      return { kind: 'replaying', percent: replayedPercent(begin ?? received, received, head) };
    case 'live':
      return { kind: 'live' };
    case 'offline':
      return { kind: 'offline', at: received };
    case 'ended':
    case 'refused':
      return undefined;
  }
}

/** As the chip says it: `live`, `replaying 62 %`, `behind 1,204`, `offline, at …-10422`. */
export function wordsFor(connection: Connection): string {
  switch (connection.kind) {
    case 'connecting':
      return 'connecting';
    case 'replaying':
      return `replaying ${String(connection.percent)} %`;
    case 'live':
      return 'live';
    case 'stalled':
      return 'log does not answer';
    case 'behind':
      return `behind ${whole(connection.facts)}`;
    case 'offline':
      return connection.at === undefined ? 'offline' : `offline, at …-${String(seqOf(connection.at))}`;
    case 'refused':
      return connection.code === undefined ? 'refused' : `refused: ${connection.code}`;
  }
}

/** What a screen reader hears: the state, not each percent of it. */
export function announcementFor(connection: Connection): string {
  switch (connection.kind) {
    case 'connecting':
      return 'Connecting to the stream of facts';
    case 'replaying':
      return 'Replaying missed facts';
    case 'live':
      return 'Live: facts arrive as they happen';
    case 'stalled':
      return 'Connected, but the log does not answer';
    case 'behind':
      return 'Behind the head of the log';
    case 'offline':
      return 'Offline, trying to reconnect';
    case 'refused':
      return 'The subscription was refused';
  }
}

/** How much of the way from where a replay began to the head is done, in whole percent; 100 only at the head. */
export function replayedPercent(begin: Offset, cursor: Offset, head: Offset): number {
  const all = seqOf(head) - seqOf(begin);
  if (all <= 0) return 100;
  return Math.max(0, Math.min(100, Math.floor(((seqOf(cursor) - seqOf(begin)) / all) * 100)));
}

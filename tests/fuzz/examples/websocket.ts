import type { WebSocketTry } from '../fuzzers/websocket.ts';
import type { Header } from '../generate/plain.ts';
import { TEXT } from '../wire/websocket-frames.ts';

const BRACES = `{**,**}{**,**}{**,**}{**,**}${'{[^@],[^@][^@]}'.repeat(14)}@`;
const DOORS = ['gateway', 'notifier'] as const;

function subscribe(...parameters: Header[]): WebSocketTry[] {
  return DOORS.map((door) => ({ door, parameters: [['graph', 'fuzzed'], ...parameters], conversation: [] }));
}

/** Subscriptions that stopped the notifier or broke its protocol once, from the issue that asked for these fuzzers, and what they found since. */
export const WEBSOCKET_EXAMPLES: readonly WebSocketTry[] = [
  ...subscribe(['from', 'earliest'], ['path', BRACES]),
  ...subscribe(['from', 'earliest'], ['path', '*a*a*a*a*a*a*a*ab']),
  ...subscribe(['from', 'earliest'], ['path', '+([a-z]|[a-z/]|[a-z/.])!']),
  ...DOORS.map((door): WebSocketTry => ({
    door,
    parameters: [['graph', 'fuzzed']],
    conversation: [
      {
        kind: 'message that is too large',
        frames: [{ opcode: TEXT, payload: { before: '', unit: 'x', times: 70_000, after: '' } }],
        closes: [1009],
      },
    ],
  })),
  ...DOORS.map((door): WebSocketTry => ({
    door,
    parameters: [['graph', 'fuzzed']],
    conversation: [
      { kind: 'filter by a glob', frames: [{ opcode: TEXT, payload: JSON.stringify({ action: 'filter', path: BRACES }) }], mayClose: true },
    ],
  })),
];

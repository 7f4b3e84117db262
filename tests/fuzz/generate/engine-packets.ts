import fc from 'fast-check';
import { GRAPH } from '../rig/product.ts';
import { subscriptions } from './subscriptions.ts';

/** What a Socket.IO client sends to join the namespace: its parameters, or what are none. */
export const auths: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: subscriptions.map((parameters) => JSON.stringify(Object.fromEntries(parameters))) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify({ graph: GRAPH, from: value })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{}',
      '[]',
      'null',
      '1',
      '"x"',
      '{',
      '{"graph":{"a":1}}',
      '{"batch":true,"graph":"fuzzed"}',
      '{"__proto__":{"graph":"x"}}',
      `{"types":${JSON.stringify(Array(500).fill('x'))}}`,
    ),
  },
);

const event = (name: unknown, ...values: unknown[]): string => `42/events,${JSON.stringify([name, ...values])}`;

/** Engine.IO and Socket.IO packets by hand: https://socket.io/docs/v4/engine-io-protocol/ */
export const packets: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    event('ping'),
    event('pause'),
    event('resume'),
    event('filter', { event_types: ['node_added'] }),
    event('message', 'ping'),
    event('message', { action: 'resume' }),
    '3',
    '2probe',
  ),
  fc.constantFrom(
    event('fly'),
    event('ack', { cursor: 7 }),
    event('filter', 5),
    event('__proto__', {}),
    event('disconnect'),
    event('connect'),
    event(null),
    event([]),
    event('authenticate', { token: 'x' }),
  ),
  fc.constantFrom(
    '',
    '0',
    '1',
    '4',
    '5',
    '6',
    '9',
    'x',
    '40',
    '40/nope,',
    '40/events,',
    '40/__proto__,',
    '41/events,',
    '42/events,',
    '42/events,[]',
    '42/events,{"a"',
    '42/events,"x"',
    '43/events,1[]',
    '421',
    '44/events,{}',
    '45',
    '451-/events,["x",{"_placeholder":true,"num":0}]',
    '4599999999999-/events,["x"]',
    '46',
    '49',
    '42["x"]',
    '42/events,1e999["ping"]',
    '😀',
  ),
  fc.integer({ min: 1, max: 100_000 }).map((times) => `42/events,["message","${'x'.repeat(times)}"]`),
  fc.integer({ min: 1, max: 20_000 }).map((times) => `42/events,${'['.repeat(times)}`),
  fc.string({ maxLength: 20 }).map((text) => `4${text}`),
);

import fc from 'fast-check';
import type { Case } from './case.ts';
import type { Door } from '../rig/product.ts';
import { OWN_HOST } from './plain.ts';

const bits = fc.constantFrom(
  'api',
  'graph',
  'graphs',
  'log',
  'nodes',
  'ws',
  'events',
  'sse',
  'socket.io',
  'admin',
  '.',
  '..',
  '%2e%2e',
  '',
  '%2f',
  '%00',
  '%',
  '%zz',
  '%ff',
  'API',
  'ü',
  '~',
  '[',
  ';',
  ':',
  '*',
  '__proto__',
  'assets',
  'index.html',
  'health',
  'metrics',
);
const ends = fc.constantFrom(
  '',
  '/',
  '?',
  '?&',
  '?=',
  '??',
  '?a[]=1',
  '?a[b][c][d][e][f][g]=1',
  '?__proto__[x]=1',
  '?%',
  '?%zz=%zz',
  '#x',
  `?${'a=1&'.repeat(3000)}`,
  '?graph=fuzzed&graph=pulse',
);

const written = fc.tuple(fc.array(bits, { maxLength: 8 }), ends).map(([parts, end]) => `/${parts.join('/')}${end}`);

const whole = fc.constantFrom(
  '//[',
  '*',
  '',
  '/',
  '//',
  '///evil.example/',
  'http://',
  'http://[',
  'http://evil.example/health',
  'http://@host@/health',
  '/\\evil',
  '/health\t',
  'health',
  '?',
  '[',
  '%',
  '/%c0%ae%c0%ae/etc/passwd',
  `/${'a'.repeat(9000)}`,
  `/api/graph/nodes/${'%2F'.repeat(2000)}`,
  `/${'a/'.repeat(4000)}`,
  '/socket.io/?EIO=4',
  '/socket.io/?EIO=4&transport=polling',
  '/socket.io/?EIO=3&transport=polling',
  '/socket.io/?transport=nonsense',
  '/socket.io/?EIO=4&transport=polling&sid=nonsense',
  '/socket.io/../ws/events',
  '/..%2f..%2fetc/passwd',
  '/assets/..%5c..%5cpackage.json',
);

/** Upgrades to what may or may not be a socket. */
const upgrades = fc.constantFrom<(readonly [string, string])[]>(
  [],
  [],
  [
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
    ['sec-websocket-version', '13'],
    ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ],
  [
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
  ],
  [
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
    ['sec-websocket-version', '99'],
    ['sec-websocket-key', 'x'],
  ],
  [
    ['connection', 'Upgrade'],
    ['upgrade', 'WebSocket, h2c'],
    ['sec-websocket-version', '13'],
    ['sec-websocket-key', '!!!!!!!!!!!!!!!!!!!!!!=='],
  ],
);

/** Requests whose target, rather than what is asked, is odd. */
export function oddTargets(door: Door): fc.Arbitrary<Case> {
  return fc
    .tuple(fc.constantFrom('GET', 'GET', 'HEAD', 'OPTIONS'), fc.oneof(written, whole), upgrades)
    .map(([method, target, upgrade]) => ({
      kind: 'odd target',
      about: `${door} ${method}${upgrade.length > 0 ? ' upgrade' : ''}`,
      request: { door, method, target, headers: [OWN_HOST, ...upgrade] },
      isMalformed: true,
    }));
}

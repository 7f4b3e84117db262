import fc from 'fast-check';
import { auths, packets } from '../generate/engine-packets.ts';
import type { Header } from '../generate/plain.ts';
import { ANSWER_WITHIN_MS, judge, type Verdict } from '../oracle/judge-answer.ts';
import { judgeFrames, parseFrame, type SeenFrame } from '../oracle/judge-frames.ts';
import type { Tally } from '../oracle/tally.ts';
import type { Product } from '../rig/product.ts';
import { exchange, type Outcome } from '../wire/exchange.ts';
import { RawWebSocket } from '../wire/raw-websocket.ts';
import { placed, type RawRequest } from '../wire/request.ts';
import type { Fuzzer } from './fuzzer.ts';
import { placesAt } from './http.ts';

/** A Socket.IO client by hand. */
export type SocketIoTry = {
  readonly door: 'gateway' | 'notifier';
  readonly transport: 'websocket' | 'polling';
  /** The text after `40/events,`. */
  readonly auth: string;
  readonly packets: readonly string[];
};

const SEPARATOR = '\u001e';
/** A poll waits for something to say; that nothing comes is no fault. */
const POLL_MS = 2_000;

export function socketIoFuzzer(): Fuzzer<SocketIoTry> {
  return {
    name: 'socketio',
    tries: fc.record({
      door: fc.constantFrom('gateway', 'notifier'),
      transport: fc.constantFrom('websocket', 'polling'),
      auth: auths,
      packets: fc.array(packets, { maxLength: 5 }),
    }),
    examples: [
      { door: 'gateway', transport: 'websocket', auth: '{"graph":"fuzzed","from":"earliest","path":"*a*a*a*a*a*a*a*ab"}', packets: [] },
    ],
    lanes: 1,
    attempt: (given, product, tally) =>
      given.transport === 'websocket' ? byWebSocket(given, product, tally) : byPolling(given, product, tally),
    about: ({ door, transport }) => `${door} ${transport}`,
    reproduce: ({ door, transport, auth, packets: sent }, product) =>
      [
        `127.0.0.1:${String(product.ports[door])} ${transport}`,
        ...[`40/events,${auth}`, ...sent].map((packet) => JSON.stringify(packet.slice(0, 300))),
      ].join('\n      '),
  };
}

async function byWebSocket(given: SocketIoTry, product: Product, tally: Tally): Promise<Verdict | undefined> {
  const places = placesAt(product, given.door);
  const opened = await RawWebSocket.open(
    product.ports[given.door],
    '/socket.io/?EIO=4&transport=websocket',
    [['host', places.host]],
    ANSWER_WITHIN_MS,
  );
  tally.count('socket.io: websocket', opened.kind === 'answered' ? String(opened.answer.status) : opened.kind);
  if (opened.kind === 'answered' && (opened.answer.status === 429 || opened.answer.status === 403)) return undefined;
  if (opened.kind !== 'open')
    return {
      what: `an engine that does not open: ${opened.kind}`,
      detail: opened.kind === 'answered' ? opened.answer.body.slice(0, 300) : '',
    };
  const { socket } = opened;
  const verdict = await converse(given, socket, (packet) => placed(packet, places));
  for (const packet of given.packets) tally.count('socket.io: packet', packet.slice(0, 2) === '42' ? 'event' : 'other');
  socket.drop();
  return verdict;
}

async function converse(
  { auth, packets: sent }: SocketIoTry,
  socket: RawWebSocket,
  place: (text: string) => string,
): Promise<Verdict | undefined> {
  const heard = (start: string): boolean => socket.texts.some((text) => text.startsWith(start));
  if (!(await socket.until(() => heard('0{') || socket.ending !== undefined, ANSWER_WITHIN_MS)))
    return { what: 'no open packet', detail: '' };
  socket.sendText(place(`40/events,${auth}`));
  const isAnswered = (): boolean => heard('42/events') || heard('44/events') || heard('41/events') || socket.ending !== undefined;
  if (!(await socket.until(isAnswered, ANSWER_WITHIN_MS))) return { what: 'no first frame', detail: auth.slice(0, 300) };
  for (const packet of sent) socket.sendText(place(packet));
  await socket.until(() => socket.ending !== undefined, sent.length > 0 ? 100 : 0);
  if (socket.ending?.garbage !== undefined) return { what: 'no frame in an open WebSocket', detail: socket.ending.garbage };
  return judgeFrames(framesIn(socket.texts), [['auth', auth.slice(0, 300)]]);
}

function framesIn(packetTexts: readonly string[]): SeenFrame[] {
  return packetTexts.flatMap((text) => {
    if (!text.startsWith('42/events,')) return [];
    const [type, fields] = JSON.parse(text.slice(text.indexOf('['))) as [string, object];
    return [{ ...fields, type }];
  });
}

async function byPolling(given: SocketIoTry, product: Product, tally: Tally): Promise<Verdict | undefined> {
  const places = placesAt(product, given.door);
  const headers: Header[] = [
    ['host', '@host@'],
    ['content-type', 'text/plain;charset=UTF-8'],
  ];
  const ask = async (method: string, query: string, body?: string, deadlineMs = ANSWER_WITHIN_MS): Promise<Outcome> => {
    const request: RawRequest = {
      door: given.door,
      method,
      target: `/socket.io/?EIO=4&transport=polling${query}`,
      headers,
      ...(body !== undefined && { body }),
    };
    const outcome = await exchange(request, product.ports[given.door], places, deadlineMs);
    tally.count(`socket.io: poll ${method}`, outcome.kind === 'answered' ? String(outcome.answer.status) : outcome.kind);
    return outcome;
  };
  const opened = await ask('GET', '');
  const session = opened.kind === 'answered' ? parseFrame(opened.answer.body.slice(1))?.['sid'] : undefined;
  if (typeof session !== 'string') return judge(asCase(given), opened);
  const texts: string[] = [];
  for (const packet of [`40/events,${given.auth}`, ...given.packets]) {
    const posted = await ask('POST', `&sid=${session}`, packet);
    const wrong = judge(asCase(given), posted);
    if (wrong !== undefined) return wrong;
    if (posted.kind !== 'answered' || posted.answer.status >= 400) return undefined;
    const polled = await ask('GET', `&sid=${session}`, undefined, POLL_MS);
    if (polled.kind === 'late') break;
    const bad = judge(asCase(given), polled);
    if (bad !== undefined) return bad;
    if (polled.kind !== 'answered' || polled.answer.status >= 400) return undefined;
    if (polled.answer.bodyBytes < 60_000) texts.push(...polled.answer.body.split(SEPARATOR));
    else break;
  }
  return judgeFrames(framesIn(texts), [['auth', given.auth.slice(0, 300)]]);
}

function asCase({ door }: SocketIoTry): Parameters<typeof judge>[0] {
  return { kind: 'socket.io', about: '', request: { door, method: 'POST', target: '/socket.io/', headers: [] }, isMalformed: true };
}

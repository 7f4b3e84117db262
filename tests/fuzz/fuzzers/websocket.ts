import fc from 'fast-check';
import { CLOSE_CODES } from '@graphtail/facts';
import { WEBSOCKET_EXAMPLES } from '../examples/websocket.ts';
import { OWN_HOST, target, type Header } from '../generate/plain.ts';
import { conversations, type Step } from '../generate/steps.ts';
import { subscriptions, unknownIn } from '../generate/subscriptions.ts';
import { judge, ANSWER_WITHIN_MS, type Verdict } from '../oracle/judge-answer.ts';
import { judgeFrames, parseFrame, type SeenFrame } from '../oracle/judge-frames.ts';
import type { Product } from '../rig/product.ts';
import { placed } from '../wire/request.ts';
import { encodeFrame } from '../wire/websocket-frames.ts';
import { RawWebSocket, type Ending } from '../wire/raw-websocket.ts';
import type { Fuzzer } from './fuzzer.ts';
import { placesAt } from './http.ts';

/** A subscription over a WebSocket, and what its subscriber then says. */
export type WebSocketTry = {
  readonly door: 'gateway' | 'notifier';
  readonly parameters: readonly Header[];
  readonly conversation: readonly Step[];
};

/** Refusals that may come instead of the upgrade: of who asks, how often, and how long the target is. */
const REFUSED_BEFORE_UPGRADE = new Set([401, 403, 414, 429, 431]);
/** What may end a subscription that did nothing wrong: another took its name, or its cursor is past the log's end or beginning. */
const NOT_ITS_FAULT = new Set([
  'CONSUMER_REPLACED',
  'CURSOR_IN_FUTURE',
  'CURSOR_TOO_OLD',
  'LOG_TRUNCATED',
  'STREAM_REPLACED',
  'RATE_LIMITED',
]);
const NORMAL = 1000;

export function webSocketFuzzer(): Fuzzer<WebSocketTry> {
  return {
    name: 'websocket',
    tries: fc.record({ door: fc.constantFrom('gateway', 'notifier'), parameters: subscriptions, conversation: conversations }),
    examples: WEBSOCKET_EXAMPLES,
    lanes: 2,
    async attempt(given, product, tally) {
      const host: Header[] = [['host', placesAt(product, given.door).host]];
      const opened = await RawWebSocket.open(product.ports[given.door], targetOf(given, product), host, ANSWER_WITHIN_MS);
      if (opened.kind !== 'open') {
        tally.count('websocket', opened.kind === 'answered' ? String(opened.answer.status) : opened.kind);
        return judgeUnopened(given, opened);
      }
      const { socket } = opened;
      const verdict =
        (await converse(given, socket, (step) => tally.count(`websocket: ${step.kind}`, 'frames', step.frames.length))) ??
        judgeFrames(framesOf(socket), given.parameters);
      const { ending } = socket;
      tally.count('websocket', ending === undefined ? 'went on' : `closed ${String(ending.code)}`);
      socket.drop();
      return verdict;
    },
    about: ({ door, conversation }) => `${door} ${conversation.at(-1)?.kind ?? 'parameters'}`,
    reproduce: (given, product) =>
      [
        `ws://127.0.0.1:${String(product.ports[given.door])}${targetOf(given, product)}`,
        ...given.conversation.map(({ kind, frames }) => `${kind}: ${hexOf(frames)}`),
      ].join('\n      '),
  };
}

function targetOf({ door, parameters }: WebSocketTry, product: Product): string {
  return placed(target('/ws/events', parameters), placesAt(product, door));
}

function hexOf(frames: Step['frames']): string {
  const shown = frames.slice(0, 3).map((frame) => encodeFrame(frame).subarray(0, 200).toString('hex'));
  return `${shown.join(' ')}${frames.length > 3 ? ` … ${String(frames.length)} frames` : ''}`;
}

function judgeUnopened(
  given: WebSocketTry,
  opened: Exclude<Awaited<ReturnType<typeof RawWebSocket.open>>, { kind: 'open' }>,
): Verdict | undefined {
  if (opened.kind === 'late') return { what: 'late', detail: `no answer to an upgrade within ${String(ANSWER_WITHIN_MS)} ms` };
  if (opened.kind === 'closed') return { what: 'closed without an answer', detail: 'to an upgrade' };
  const { status, body } = opened.answer;
  if (!REFUSED_BEFORE_UPGRADE.has(status)) return { what: `an upgrade answered with ${String(status)}`, detail: body.slice(0, 300) };
  const request = { door: given.door, method: 'GET', target: '/ws/events', headers: [OWN_HOST] };
  return judge({ kind: 'upgrade', about: '', request, isMalformed: true }, { kind: 'answered', answer: opened.answer, ms: 0 });
}

async function converse(
  { parameters, conversation }: WebSocketTry,
  socket: RawWebSocket,
  onStep: (step: Step) => void,
): Promise<Verdict | undefined> {
  const begun = await socket.until(() => socket.texts.length > 0 || socket.ending !== undefined, ANSWER_WITHIN_MS);
  if (!begun) return { what: 'no first frame', detail: `within ${String(ANSWER_WITHIN_MS)} ms` };
  const unknown = unknownIn(parameters);
  const [first] = framesOf(socket);
  if (unknown !== undefined && first?.['code'] !== 'BAD_REQUEST') return { what: 'an unknown parameter that is taken', detail: unknown };
  if (first?.type === 'error') return judgeEnding(socket, [], false);
  let mayClose = false;
  for (const step of conversation) {
    onStep(step);
    socket.send(...step.frames);
    mayClose ||= step.mayClose === true;
    if (step.closes !== undefined) return judgeEnding(socket, step.closes, mayClose);
  }
  socket.sendText('ping');
  const hasPong = (): boolean => socket.texts.some((text) => text.startsWith('{"type":"pong"'));
  if (!(await socket.until(() => hasPong() || socket.ending !== undefined, ANSWER_WITHIN_MS)))
    return { what: 'no pong', detail: `within ${String(ANSWER_WITHIN_MS)} ms` };
  return socket.ending === undefined ? undefined : judgeEnding(socket, [], mayClose);
}

/** The connection is to end, or has ended: by one of the codes, or by that of the error frame that says why. */
async function judgeEnding(socket: RawWebSocket, codes: readonly number[], mayBeRefused: boolean): Promise<Verdict | undefined> {
  if (!(await socket.until(() => socket.ending !== undefined, ANSWER_WITHIN_MS)))
    return { what: 'not closed', detail: `within ${String(ANSWER_WITHIN_MS)} ms; ${codes.join(' or ')} was due` };
  const { code, garbage } = socket.ending as Ending;
  if (garbage !== undefined) return { what: 'no frame in an open WebSocket', detail: garbage };
  const last = framesOf(socket).findLast((frame) => frame?.type === 'error' || frame?.type === 'end');
  if (last?.type === 'end' && code === NORMAL) return undefined;
  if (last?.type !== 'error')
    return codes.includes(code ?? 0) ? undefined : { what: `closed with ${String(code)}`, detail: `${codes.join(' or ')} was due` };
  return judgeErrorEnding(last, code, { isFirst: socket.texts.length === 1, codes, mayBeRefused });
}

function judgeErrorEnding(
  error: SeenFrame,
  code: number | undefined,
  { isFirst, codes, mayBeRefused }: { isFirst: boolean; codes: readonly number[]; mayBeRefused: boolean },
): Verdict | undefined {
  const said = String(error['code']);
  const detail = JSON.stringify(error).slice(0, 300);
  const due = (CLOSE_CODES as Readonly<Record<string, number>>)[said];
  if (code !== due) return { what: `closed with ${String(code)} after an error ${said}`, detail };
  const explained = isFirst || mayBeRefused || codes.includes(code ?? 0) || NOT_ITS_FAULT.has(said);
  return explained ? undefined : { what: `refused with ${said} though all was in order`, detail };
}

function framesOf(socket: RawWebSocket): (SeenFrame | undefined)[] {
  return socket.texts.map(parseFrame);
}

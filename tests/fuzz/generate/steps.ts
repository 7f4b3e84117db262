import fc from 'fast-check';
import { BINARY, CLOSE, CONTINUATION, PING, TEXT, type ClientFrame } from '../wire/websocket-frames.ts';
import { offsets } from './cursors.ts';
import { globs } from './globs.ts';
import { oddTexts } from './texts.ts';

/** Frames that a subscriber sends after each other, and what becomes of the connection. */
export type Step = {
  readonly kind: string;
  readonly frames: readonly ClientFrame[];
  /** Close codes of which one must follow; none: it goes on. */
  readonly closes?: readonly number[];
  /** It may go on, and it may be refused. */
  readonly mayClose?: boolean;
};

const BAD_REQUEST = 4400;
const PROTOCOL_ERROR = 1002;
const UNSUPPORTED = 1003;
const INVALID = 1007;
const TOO_LARGE = 1009;
const RATE_LIMITED = 4429;

const text = (payload: ClientFrame['payload']): ClientFrame => ({ opcode: TEXT, payload });
const action = (value: unknown): ClientFrame => text(JSON.stringify(value));
const one = (kind: string, frame: ClientFrame, closes?: readonly number[]): Step => ({
  kind,
  frames: [frame],
  ...(closes !== undefined && { closes }),
});
const broken = (frame: ClientFrame, codes: readonly number[] = [PROTOCOL_ERROR]): Step => one('frame that is none', frame, codes);

const inOrder: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(
    one('ping', text('ping')),
    one('pause', action({ action: 'pause' })),
    one('resume', action({ action: 'resume' })),
    one('ping frame', { opcode: PING, payload: 'x'.repeat(125) }),
    one('filter', action({ action: 'filter', event_types: ['node_added'], entity_types: [] })),
    {
      kind: 'fragments',
      frames: [
        { opcode: TEXT, payload: '{"action":', fin: false },
        { opcode: PING, payload: '' },
        { opcode: CONTINUATION, payload: '"resume"}' },
      ],
    },
  ),
  fc.constantFrom('ping', '{"action":"resume"}').map((said) => ({
    kind: 'letter by letter',
    frames: [...said].map((letter, i): ClientFrame => ({
      opcode: i === 0 ? TEXT : CONTINUATION,
      payload: letter,
      fin: i === said.length - 1,
    })),
  })),
);

/** What may be refused, or not: that depends on what was sent before, and on what is subscribed to. */
const either: fc.Arbitrary<Step> = fc.oneof(
  globs.map(({ text: path }) => ({ kind: 'filter by a glob', frames: [action({ action: 'filter', path })], mayClose: true })),
  offsets.map((cursor) => ({ kind: 'ack', frames: [action({ action: 'ack', cursor })], mayClose: true })),
  fc.integer({ min: 10, max: 3_000 }).map((times) => ({
    kind: 'burst of actions',
    frames: Array.from({ length: times }, () => action({ action: 'filter', event_types: ['node_added'] })),
    mayClose: true,
  })),
  fc
    .integer({ min: 10, max: 3_000 })
    .map((times) => ({ kind: 'burst of pings', frames: Array.from({ length: times }, () => text('ping')), mayClose: true })),
  fc.integer({ min: 10, max: 3_000 }).map((times) => ({
    kind: 'burst of ping frames',
    frames: Array.from({ length: times }, () => ({ opcode: PING, payload: 'x' })),
    mayClose: true,
  })),
  fc
    .constantFrom('', 'a.b.c', 'null')
    .map((token) => ({ kind: 'authenticate', frames: [action({ action: 'authenticate', token })], mayClose: true })),
);

const refused: fc.Arbitrary<Step> = fc.oneof(
  fc
    .constantFrom<unknown>(
      { action: 'fly' },
      { action: null },
      {},
      [],
      null,
      1,
      'x',
      { action: ['filter'] },
      { action: { toString: 1 } },
      { action: '__proto__' },
      { action: 'filter', types: [] },
      { action: 'filter', event_types: ['nonsense'] },
      { action: 'filter', event_types: 5 },
      { action: 'filter', path: 7 },
      { action: 'ack' },
      { action: 'ack', cursor: 7 },
      { action: 'filter', event_types: Array.from({ length: 5000 }, () => 'nonsense') },
    )
    .map((value) => one('action that is none', action(value), [BAD_REQUEST])),
  fc
    .oneof(fc.constantFrom('{', '', 'PING', '{"action":"pause"', '[[[['), oddTexts)
    .filter((said) => said !== 'ping')
    .map((said) => one('text that is no JSON', text(said), [BAD_REQUEST])),
  fc
    .integer({ min: 100, max: 16_000 })
    .map((times) => one('nested JSON', text({ before: '', unit: '[', times, after: '' }), [BAD_REQUEST])),
  fc.constantFrom('', '00', 'ffff', '7b7d').map((hex) => one('binary', { opcode: BINARY, payload: { hex } }, [BAD_REQUEST, UNSUPPORTED])),
  fc
    .integer({ min: 65_537, max: 400_000 })
    .map((times) => one('message that is too large', text({ before: '"', unit: 'x', times, after: '"' }), [TOO_LARGE])),
  fc
    .integer({ min: 70_000, max: 2 ** 40 })
    .map((lengthSaid) => one('message that says it is too large', { opcode: TEXT, payload: 'x', lengthSaid }, [TOO_LARGE])),
  fc.constant<Step>({
    kind: 'fragments that are too large',
    frames: Array.from({ length: 40 }, (_, i) => ({
      opcode: i === 0 ? TEXT : CONTINUATION,
      payload: { before: '', unit: 'x', times: 4_000, after: '' },
      fin: false,
    })),
    closes: [TOO_LARGE],
  }),
  fc
    .constantFrom('ff', 'c3', 'eda080', 'f8888080')
    .map((hex) => one('text that is no UTF-8', { opcode: TEXT, payload: { hex } }, [INVALID])),
  fc.constantFrom(
    broken({ opcode: TEXT, payload: 'ping', masked: false }),
    broken({ opcode: 3, payload: '' }),
    broken({ opcode: 15, payload: 'x' }),
    broken({ opcode: TEXT, payload: 'ping', rsv: 4 }),
    broken({ opcode: TEXT, payload: 'ping', rsv: 1 }),
    broken({ opcode: PING, payload: 'x', fin: false }),
    broken({ opcode: PING, payload: 'x'.repeat(126) }),
    broken({ opcode: CONTINUATION, payload: 'x' }),
    broken({ opcode: CLOSE, payload: { hex: '00' } }),
    broken({ opcode: CLOSE, payload: { hex: '03e7' } }),
    broken({ opcode: TEXT, payload: 'x', lengthSaid: 2 ** 52 }, [PROTOCOL_ERROR, TOO_LARGE]),
  ),
  fc.constant(one('close', { opcode: CLOSE, payload: { hex: '03e8' } }, [1000])),
  fc.constant(one('close without a code', { opcode: CLOSE, payload: '' }, [1000, 1005])),
);

/** What a subscriber says: mostly in order, and at last perhaps something that must end it. */
export const conversations: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: inOrder }, { weight: 1, arbitrary: either }), { maxLength: 5 }),
    fc.option(refused, { freq: 2, nil: undefined }),
  )
  .map(([steps, last]) => (last === undefined ? steps : [...steps, last]));

/** Codes with which any conversation may end: what was said before may have been refused, or too much. */
export const MAY_END_WITH: readonly number[] = [BAD_REQUEST, RATE_LIMITED, 4401, 4409];

import fc from 'fast-check';
import { SSE_EXAMPLES } from '../examples/sse.ts';
import { offsets } from '../generate/cursors.ts';
import { OWN_HOST, target, type Header } from '../generate/plain.ts';
import { subscriptions, unknownIn } from '../generate/subscriptions.ts';
import { ANSWER_WITHIN_MS, judge, type Verdict } from '../oracle/judge-answer.ts';
import { judgeFrames, parseFrame } from '../oracle/judge-frames.ts';
import { reproduction } from '../oracle/reproduction.ts';
import { exchange } from '../wire/exchange.ts';
import type { RawRequest } from '../wire/request.ts';
import type { Fuzzer } from './fuzzer.ts';
import { placesAt } from './http.ts';

/** A subscription by an event stream. */
export type SseTry = {
  readonly door: 'gateway' | 'notifier';
  readonly parameters: readonly Header[];
  readonly lastEventId: string | undefined;
};

const lastEventIds = fc.option(
  fc.oneof(offsets, fc.constantFrom('nonsense', 'snapshot', '-')).filter((id) => !id.includes('\n')),
  { freq: 1, nil: undefined },
);

export function sseFuzzer(): Fuzzer<SseTry> {
  return {
    name: 'sse',
    tries: fc.record({ door: fc.constantFrom('gateway', 'notifier'), parameters: subscriptions, lastEventId: lastEventIds }),
    examples: SSE_EXAMPLES,
    lanes: 1,
    async attempt(given, product, tally) {
      const request = requestOf(given);
      const outcome = await exchange(request, product.ports[given.door], placesAt(product, given.door), ANSWER_WITHIN_MS);
      tally.count('event stream', outcome.kind === 'answered' ? String(outcome.answer.status) : outcome.kind);
      if (outcome.kind !== 'answered' || outcome.answer.status !== 200) return judge({ kind: 'event stream', about: '', request }, outcome);
      return judgeStream(outcome.answer.body, given);
    },
    about: ({ door }) => `${door} /sse/events`,
    reproduce: (given, product) => reproduction(requestOf(given), product.ports[given.door], placesAt(product, given.door)),
  };
}

function requestOf({ door, parameters, lastEventId }: SseTry): RawRequest {
  const headers = [OWN_HOST, ['accept', 'text/event-stream'], ...(lastEventId === undefined ? [] : [['last-event-id', lastEventId]])];
  return { door, method: 'GET', target: target('/sse/events', parameters), headers: headers as Header[] };
}

/** The beginning of a stream, up to where it was cut. */
function judgeStream(text: string, { parameters, lastEventId }: SseTry): Verdict | undefined {
  const events = text.split('\n\n').slice(0, -1);
  const frames = events.filter((event) => /^data: /m.test(event)).map((event) => parseFrame(dataOf(event)));
  const [first] = frames;
  if (first === undefined) return undefined;
  if (unknownIn(parameters) !== undefined && lastEventId === undefined && first['code'] !== 'BAD_REQUEST')
    return { what: 'an unknown parameter that is taken', detail: text.slice(0, 300) };
  return judgeFrames(frames, parameters);
}

function dataOf(event: string): string {
  const lines = event.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => line.slice('data: '.length)).join('\n');
}

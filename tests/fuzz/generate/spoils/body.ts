import fc from 'fast-check';
import type { RawRequest } from '../../wire/request.ts';
import type { Operation } from '../operations.ts';
import { requestOf, type Draft, type Header } from '../plain.ts';
import { always, BAD, isApi, type Spoil } from './spoil.ts';

/** What a body may weigh at most, anywhere. */
const BODY_LIMIT = 1024 * 1024;

const hasBody = ({ body }: Operation): boolean => body !== undefined;

const withBody = (draft: Draft, type: string, body: RawRequest['body'], more: Partial<RawRequest> = {}): RawRequest => ({
  ...requestOf({ ...draft, body: undefined }),
  headers: [...draft.headers, ['content-type', type]],
  ...(body !== undefined && { body }),
  ...more,
});

/** What can be wrong about a body, its type and its length. */
export const BODY_SPOILS: readonly Spoil[] = [
  {
    kind: 'unknown body key',
    fits: (operation) => isApi(operation) && hasBody(operation),
    make: (draft) =>
      fc.constantFrom('nmae', '__proto__x', 'constructor').map((key) => ({
        request: requestOf({ ...draft, body: { ...(draft.body as object), [key]: 1 } }),
        expect: { ...BAD, field: key },
      })),
  },
  {
    kind: 'body of another type',
    fits: hasBody,
    make: (draft) =>
      fc
        .constantFrom('text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '')
        .map((type) => ({ request: withBody(draft, type, JSON.stringify(draft.body)), expect: { statuses: [415] } })),
  },
  {
    kind: 'body that is no JSON',
    fits: hasBody,
    make: (draft) =>
      fc
        .constantFrom('{', '{"a":1', 'nonsense', '[', '\u0000', '{"a":1}{"b":2}', "{'a':1}", '{"a":NaN}')
        .map((body) => ({ request: withBody(draft, 'application/json', body), expect: BAD })),
  },
  {
    kind: 'body that is no object',
    fits: hasBody,
    make: (draft) =>
      fc
        .constantFrom('[]', '1', '"x"', 'true', '[[[]]]')
        .map((body) => ({ request: withBody(draft, 'application/json', body), expect: BAD })),
  },
  {
    kind: 'nested body',
    fits: hasBody,
    make: (draft) =>
      fc.integer({ min: 10, max: 100_000 }).map((times) => ({
        request: withBody(draft, 'application/json', { before: '', unit: '[', times, after: '' }),
        expect: { statuses: [400, 413] },
      })),
  },
  {
    kind: 'body of wrong items',
    fits: hasBody,
    make: (draft, { body }) => {
      const lists = Object.entries(body?.properties ?? {})
        .filter(([, { type }]) => type === 'array')
        .map(([name]) => name);
      return fc
        .tuple(
          fc.constantFrom(...(lists.length === 0 ? ['nodes'] : lists)),
          fc.constantFrom('0,', '"no_such_type",', '[],', '{},'),
          fc.integer({ min: 1, max: 60_000 }),
        )
        .map(([name, unit, times]) => ({
          request: withBody(draft, 'application/json', {
            before: `${JSON.stringify(draft.body).slice(0, -1)}${draft.body !== undefined && Object.keys(draft.body as object).length > 0 ? ',' : ''}"${name}":[`,
            unit,
            times,
            after: '0]}',
          }),
          expect: { statuses: [400, 413] },
        }));
    },
  },
  {
    kind: 'body beyond the limit',
    fits: hasBody,
    make: (draft) =>
      fc
        .tuple(fc.constantFrom(BODY_LIMIT, 3 * BODY_LIMIT), fc.constantFrom<'length' | 'chunked'>('length', 'chunked'))
        .map(([times, framing]) => ({
          request: withBody(draft, 'application/json', { before: '{"x":"', unit: 'x', times, after: '"}' }, { framing }),
          expect: { statuses: [413] },
          isMalformed: true,
        })),
  },
  {
    kind: 'length that is told twice or wrongly',
    fits: hasBody,
    make: (draft) => {
      const body = JSON.stringify(draft.body);
      const told = (...headers: Header[]): RawRequest =>
        withBody({ ...draft, headers: [...draft.headers, ...headers] }, 'application/json', body);
      return fc
        .constantFrom(
          told(['transfer-encoding', 'chunked']),
          told(['content-length', '3']),
          told(['transfer-encoding', 'xchunked']),
          { ...told(['content-length', '-1']), framing: 'untold' as const },
          { ...told(['content-length', '0x10']), framing: 'untold' as const },
          { ...told(['transfer-encoding', 'gzip, chunked, identity']), framing: 'untold' as const },
        )
        .map((request) => ({ request, expect: { statuses: [400, 501] }, isMalformed: true }));
    },
  },
  {
    kind: 'body that is shorter than it says',
    fits: (operation) => hasBody(operation) && !operation.changes, // what comes of it is a body in order
    make: (draft) => always(withBody(draft, 'application/json', `${JSON.stringify(draft.body)}   `, { framing: 'too-short' }), {}, true),
  },
];

import fc from 'fast-check';
import type { Case, Expectation } from './case.ts';
import type { Operation } from './operations.ts';
import { OWN_HOST, requestOf, target, type Draft, type Header } from './plain.ts';
import { refusedNumbers } from './texts.ts';
import type { RawRequest } from '../wire/request.ts';

/** One thing that is wrong about a request that is in order otherwise: so it is known how it is to be answered. */
export type Spoil = {
  readonly kind: string;
  readonly fits: (operation: Operation) => boolean;
  readonly make: (
    draft: Draft,
    operation: Operation,
  ) => fc.Arbitrary<{ readonly request: RawRequest; readonly expect: Expectation; readonly isMalformed?: boolean }>;
};

type Made = ReturnType<Spoil['make']>;

/** What a body may weigh at most, anywhere. */
const BODY_LIMIT = 1024 * 1024;

const isApi = ({ path }: Operation): boolean => path.startsWith('/api/');
/** A subscription's refusal is a frame: see the transports' fuzzer. */
const isQuestion = (operation: Operation): boolean => isApi(operation) && !operation.streams;
const hasBody = ({ body }: Operation): boolean => body !== undefined;
const hasQuery = (operation: Operation): boolean => isQuestion(operation) && operation.query.length > 0;
const firstParameter = ({ query }: Operation): string => query[0]!.name;
const integersOf = ({ query }: Operation): string[] => query.filter(({ schema }) => schema.type === 'integer').map(({ name }) => name);

const withQuery = (draft: Draft, ...more: Header[]): RawRequest =>
  requestOf({ ...draft, query: [...draft.query.filter(([name]) => !more.some(([other]) => other === name)), ...more] });
const withHeaders = (draft: Draft, ...headers: Header[]): RawRequest => requestOf({ ...draft, headers });
const withBody = (draft: Draft, type: string, body: RawRequest['body'], more: Partial<RawRequest> = {}): RawRequest => ({
  ...requestOf({ ...draft, body: undefined }),
  headers: [...draft.headers, ['content-type', type]],
  ...(body !== undefined && { body }),
  ...more,
});

const BAD = { statuses: [400], code: 'BAD_REQUEST' } as const;

function always(request: RawRequest, expect: Expectation, isMalformed = false): Made {
  return fc.constant({ request, expect, isMalformed });
}

export const SPOILS: readonly Spoil[] = [
  {
    kind: 'unknown parameter',
    fits: isQuestion,
    make: (draft) =>
      fc
        .constantFrom('nmae', 'Limit', 'graph ', 'at[]x', 'x'.repeat(500))
        .map((name) => ({ request: withQuery(draft, [name, 'x']), expect: { ...BAD, field: name } })),
  },
  {
    kind: 'repeated parameter',
    fits: (operation) => hasQuery(operation),
    make: (draft, operation) => {
      const name = firstParameter(operation);
      return always(withQuery(draft, [name, 'a'], [name, 'b']), { ...BAD, field: name });
    },
  },
  {
    kind: 'nested parameter',
    fits: (operation) => hasQuery(operation),
    make: (draft, operation) =>
      fc.constantFrom('[]', '[a]', '[0]', '[__proto__]', '[a][b][c]').map((nest) => ({
        request: withQuery(draft, [`${firstParameter(operation)}${nest}`, '1']),
        expect: BAD,
      })),
  },
  {
    kind: 'number in another notation',
    fits: (operation) => isQuestion(operation) && integersOf(operation).length > 0,
    make: (draft, operation) =>
      fc
        .tuple(fc.constantFrom(...integersOf(operation)), refusedNumbers)
        .map(([name, text]) => ({ request: withQuery(draft, [name, text]), expect: { ...BAD, field: name } })),
  },
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
  {
    kind: 'method of another route',
    fits: isQuestion,
    make: (draft) =>
      fc.constantFrom('PUT', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY').map((method) => ({
        request: { ...requestOf({ ...draft, body: undefined }), method },
        expect: { statuses: [405], header: 'allow' },
      })),
  },
  {
    kind: 'method that there is not',
    fits: isApi,
    make: (draft) =>
      fc.constantFrom('FOO', 'get', 'GETT', '', 'G ET', 'A'.repeat(300)).map((method) => ({
        request: { ...requestOf({ ...draft, body: undefined }), method },
        expect: { statuses: [400, 405, 501] },
        isMalformed: true,
      })),
  },
  {
    kind: 'foreign host',
    fits: () => true,
    make: (draft) =>
      fc
        .constantFrom(
          'evil.example',
          'evil.example:80',
          'localhost.evil.example',
          '127.0.0.1.evil.example',
          '[::ffff:1.2.3.4]',
          '169.254.169.254',
        )
        .map((host) => ({ request: withHeaders(draft, ['host', host]), expect: { statuses: [403], code: 'FORBIDDEN' } })),
  },
  { kind: 'no host', fits: () => true, make: (draft) => always(withHeaders(draft), { statuses: [400, 403] }, true) },
  {
    kind: 'two hosts',
    fits: () => true,
    make: (draft) => always(withHeaders(draft, OWN_HOST, ['host', 'evil.example']), { statuses: [400, 403] }, true),
  },
  {
    kind: 'change asked for by a foreign page',
    fits: ({ changes }) => changes,
    make: (draft) =>
      fc
        .constantFrom<Header[]>(
          [['origin', 'http://evil.example']],
          [['origin', 'null']],
          [['sec-fetch-site', 'cross-site']],
          [
            ['sec-fetch-site', 'same-site'],
            ['origin', 'http://localhost:1'],
          ],
          [['origin', 'http://@host@.evil.example']],
        )
        .map((headers) => ({ request: withHeaders(draft, OWN_HOST, ...headers), expect: { statuses: [403], code: 'FORBIDDEN' } })),
  },
  {
    kind: 'change asked for by a foreign page, written otherwise',
    fits: ({ changes }) => changes,
    make: (draft) =>
      fc
        .constantFrom<(path: string) => string>(
          (path) => path.toUpperCase(),
          (path) => path.replace('/api', '/API'),
          (path) => `${path}/`,
          (path) => path.replaceAll('/', '//'),
          (path) => path.replace('api', '%61pi'),
          (path) => path.replace('/api/', '/api/./'),
          (path) => path.replace('/api/', '/x/../api/'),
          (path) => `http://@host@${path}`,
          (path) => `${path}?`,
          (path) => `${path};x=1`,
        )
        .map((write) => ({
          request: { ...withHeaders(draft, OWN_HOST, ['origin', 'http://evil.example']), target: write(target(draft.path, draft.query)) },
          expect: { statuses: [400, 403, 404] },
        })),
  },
  {
    kind: 'upgrade that is none',
    fits: ({ method, path }) => method === 'GET' && !path.startsWith('/ws'),
    make: (draft) =>
      fc
        .constantFrom<Header[]>(
          [
            ['connection', 'Upgrade, HTTP2-Settings'],
            ['upgrade', 'h2c'],
            ['http2-settings', 'AAMAAABkAARAAAAAAAIAAAAA'],
          ],
          [
            ['connection', 'upgrade'],
            ['upgrade', 'TLS/1.0'],
          ],
          [['upgrade', 'h2c']],
        )
        .map((headers) => ({ request: withHeaders(draft, OWN_HOST, ...headers), expect: { notStatuses: [101] } })),
  },
];

const TAKEN: readonly number[] = [200, 201, 202, 204];

/** Requests with one thing wrong. None that is to change something may be taken. */
export function spoiled(operation: Operation, draft: Draft): fc.Arbitrary<Case>[] {
  return SPOILS.filter(({ fits }) => fits(operation)).map(({ kind, make }) =>
    make(draft, operation).map(({ expect, ...made }) => ({
      kind,
      about: operation.label,
      ...made,
      expect: operation.changes ? { notStatuses: TAKEN, ...expect } : expect,
    })),
  );
}

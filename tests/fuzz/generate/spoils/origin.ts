import fc from 'fast-check';
import { OWN_HOST, requestOf, target, type Header } from '../plain.ts';
import { always, isApi, isQuestion, withHeaders, type Spoil } from './spoil.ts';

/** What can be wrong about who asks, and how: method, host, the page that a request comes from, upgrades. */
export const ORIGIN_SPOILS: readonly Spoil[] = [
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

import type { Case } from '../generate/case.ts';
import type { Outcome } from '../wire/exchange.ts';
import { judge } from './judge-answer.ts';

const given: Case = { kind: 'odd values', about: 'GET /x', request: { door: 'gateway', method: 'GET', target: '/x', headers: [] } };

function answered(status: number, body: object, headers: Record<string, string> = {}): Outcome {
  const text = JSON.stringify(body);
  const all = new Map(Object.entries({ 'content-type': 'application/problem+json', ...headers }));
  return { kind: 'answered', ms: 1, answer: { status, headers: all, body: text, bodyBytes: text.length } };
}

function problem(status: number, more: object = {}): object {
  return { type: 'urn:x', title: 'x', status, detail: 'x', code: 'BAD_REQUEST', field: 'x', ...more };
}

describe('the judgement of an answer', () => {
  it('accepts a refusal that has everything that docs/PROTOCOL.md promises (E3)', () => {
    expect(judge(given, answered(400, problem(400)))).toBeUndefined();
    expect(judge(given, answered(405, problem(405), { allow: 'GET' }))).toBeUndefined();
    expect(judge(given, answered(503, problem(503, { code: 'TOO_EXPENSIVE' })))).toBeUndefined();
  });

  const wrong: Record<string, Outcome> = {
    'a status 500': answered(500, problem(500)),
    '503 that blames a service while all run': answered(503, problem(503, { code: 'UNAVAILABLE' })),
    'a refusal of another type': answered(400, problem(400), { 'content-type': 'text/html' }),
    'a problem without a code': answered(404, problem(404, { code: undefined })),
    'a problem that says another status': answered(404, problem(400)),
    'a bad request that names no field': answered(400, problem(400, { field: '' })),
    '405 without Allow': answered(405, problem(405)),
    '429 without Retry-After': answered(429, problem(429)),
    'a refusal that is long': answered(400, problem(400, { errors: 'x'.repeat(20_000) })),
    'an answer that is no JSON though it says so': {
      kind: 'answered',
      ms: 1,
      answer: { status: 200, headers: new Map([['content-type', 'application/json']]), body: '{', bodyBytes: 1 },
    },
    'no answer in time': { kind: 'late', ms: 10_000 },
    'a connection that ends without an answer': { kind: 'closed', error: undefined, ms: 1 },
    'a port where nobody listens': { kind: 'unreachable', error: 'ECONNREFUSED' },
  };
  for (const [title, outcome] of Object.entries(wrong)) {
    it(`finds ${title}`, () => {
      expect(judge(given, outcome)).toBeDefined();
    });
  }

  it('requires a request with one mistake to be refused for that mistake', () => {
    const spoiled: Case = { ...given, kind: 'unknown parameter', expect: { statuses: [400], field: 'nmae' } };
    expect(judge(spoiled, answered(400, problem(400, { field: 'nmae' })))).toBeUndefined();
    expect(judge(spoiled, answered(400, problem(400, { field: 'name' })))?.what).toMatch(/another field/);
    expect(judge(spoiled, answered(200, {}))?.what).toBe('unknown parameter: 200 instead of 400');
  });

  it('accepts a closed connection as the answer to invalid HTTP', () => {
    expect(judge({ ...given, isMalformed: true }, { kind: 'closed', error: 'ECONNRESET', ms: 1 })).toBeUndefined();
  });
});

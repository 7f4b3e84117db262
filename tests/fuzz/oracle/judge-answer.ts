import type { Case } from '../generate/case.ts';
import type { Answer } from '../wire/answer.ts';
import type { Outcome } from '../wire/exchange.ts';

/** An answer within this time; TOO_EXPENSIVE is one. */
export const ANSWER_WITHIN_MS = 10_000;
/** Longer refusals only help who wants to fill a network or a log. */
const REFUSAL_BYTES = 16 * 1024;

/** Codes that a 503 may have while everything runs; `UNAVAILABLE` would say that something does not. */
const BUSY_CODES = new Set(['TOO_EXPENSIVE', 'NOT_CAUGHT_UP', 'RATE_LIMITED']);
/** What is asked by machines that look at the status: 503 there is no problem+json. */
const PROBES = new Set(['/health', '/ready']);

export type Verdict = { readonly what: string; readonly detail: string };

/** What is wrong with the outcome of a request; undefined if nothing is. */
export function judge(given: Case, outcome: Outcome): Verdict | undefined {
  switch (outcome.kind) {
    case 'late':
      return { what: 'late', detail: `no whole answer within ${String(outcome.ms)} ms` };
    case 'unreachable':
      return { what: 'unreachable', detail: outcome.error };
    case 'closed':
      if (given.isMalformed === true) return undefined;
      return {
        what: 'closed without an answer',
        detail: `after ${String(outcome.ms)} ms${outcome.error === undefined ? '' : `, ${outcome.error}`}`,
      };
    case 'answered':
      return judgeAnswer(given, outcome.answer);
  }
}

function judgeAnswer(given: Case, answer: Answer): Verdict | undefined {
  const { status } = answer;
  const told = `${String(status)} ${answer.body.slice(0, 300)}`;
  if (status >= 500 && status !== 503) return { what: `status ${String(status)}`, detail: told };
  const isProbe = PROBES.has(given.request.target.split('?')[0]!);
  if (status >= 400 && given.request.method !== 'HEAD' && !(status === 503 && isProbe)) {
    const wrong = wrongProblem(given, answer);
    if (wrong !== undefined) return { what: `${wrong} (${String(status)})`, detail: told };
  }
  const unmet = unmetExpectation(given, answer);
  return unmet === undefined ? brokenJson(given, answer) : { what: unmet, detail: told };
}

/** Why a refusal is no problem+json as docs/PROTOCOL.md has it (E3). */
function wrongProblem(given: Case, { status, headers, body, bodyBytes }: Answer): string | undefined {
  if (bodyBytes > REFUSAL_BYTES) return `a refusal of ${bodyBytes > 1e6 ? 'megabytes' : 'more than 16 KiB'}`;
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true) return 'a refusal that is no problem+json';
  const problem = parsed(body);
  if (problem === undefined) return 'a problem that is no JSON';
  for (const name of ['type', 'title', 'detail', 'code']) if (typeof problem[name] !== 'string') return `a problem without ${name}`;
  if (problem['status'] !== status) return 'a problem of another status';
  if (status === 503 && !BUSY_CODES.has(String(problem['code']))) return `503 ${String(problem['code'])} though everything runs`;
  const field = problem['field'];
  if (status === 400 && given.isMalformed !== true && (typeof field !== 'string' || field === ''))
    return 'a bad request that names no field';
  if (status === 405 && headers.get('allow') === undefined) return '405 without Allow';
  if (status === 429 && headers.get('retry-after') === undefined) return '429 without Retry-After';
  return undefined;
}

function unmetExpectation({ kind, expect = {} }: Case, { status, headers, body }: Answer): string | undefined {
  if (expect.statuses !== undefined && status !== 429 && !expect.statuses.includes(status))
    return `${kind}: ${String(status)} instead of ${expect.statuses.join(' or ')}`;
  if (expect.notStatuses?.includes(status) === true) return `${kind}: ${String(status)}`;
  if (expect.header !== undefined && headers.get(expect.header) === undefined) return `${kind}: no header ${expect.header}`;
  if (expect.code === undefined && expect.field === undefined) return undefined;
  const problem = parsed(body);
  if (problem === undefined || status === 429) return undefined; // of HEAD
  if (expect.code !== undefined && problem['code'] !== expect.code)
    return `${kind}: code ${String(problem['code'])} instead of ${expect.code}`;
  const field = typeof problem['field'] === 'string' ? problem['field'] : '';
  if (expect.field !== undefined && !isNamed(field, expect.field)) return `${kind}: another field is named than the wrong one`;
  return undefined;
}

/** Long names may be cut. */
function isNamed(field: string, wrong: string): boolean {
  return field === wrong || (wrong.length > 64 && field !== '' && wrong.startsWith(field.replace(/…$/, '')));
}

function brokenJson({ request }: Case, { status, headers, body, bodyBytes }: Answer): Verdict | undefined {
  const isWhole = Buffer.byteLength(body) < 60_000 && bodyBytes < 60_000;
  if (request.method === 'HEAD' || status >= 300 || status === 204 || !isWhole || headers.get('content-encoding') !== undefined)
    return undefined;
  if (headers.get('content-type')?.startsWith('application/json') !== true) return undefined;
  return parsed(body) === undefined ? { what: 'an answer that is no JSON', detail: body.slice(0, 300) } : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

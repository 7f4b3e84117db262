import fc from 'fast-check';
import type { RawRequest } from '../../wire/request.ts';
import type { Expectation } from '../case.ts';
import type { Operation } from '../operations.ts';
import { requestOf, type Draft, type Header } from '../plain.ts';

/** One thing that is wrong about a request that is in order otherwise: so it is known how it is to be answered. */
export type Spoil = {
  readonly kind: string;
  readonly fits: (operation: Operation) => boolean;
  readonly make: (draft: Draft, operation: Operation) => Made;
};

export type Made = fc.Arbitrary<{ readonly request: RawRequest; readonly expect: Expectation; readonly isMalformed?: boolean }>;

export const BAD = { statuses: [400], code: 'BAD_REQUEST' } as const;

export function isApi({ path }: Operation): boolean {
  return path.startsWith('/api/');
}

/** A subscription's refusal is a frame: see the transports' fuzzers. */
export function isQuestion(operation: Operation): boolean {
  return isApi(operation) && !operation.streams;
}

export function withHeaders(draft: Draft, ...headers: Header[]): RawRequest {
  return requestOf({ ...draft, headers });
}

export function always(request: RawRequest, expect: Expectation, isMalformed = false): Made {
  return fc.constant({ request, expect, isMalformed });
}

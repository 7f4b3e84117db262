import type { RawRequest } from '../wire/request.ts';

/** What an answer must be, where the request is made so that this is known. */
export type Expectation = {
  /** One of these statuses; none: any, as long as it is in order. */
  readonly statuses?: readonly number[];
  readonly notStatuses?: readonly number[];
  readonly code?: string;
  /** The field that a refusal names. */
  readonly field?: string;
  /** A header that the answer has. */
  readonly header?: string;
};

/** One request, and what is known of its answer. */
export type Case = {
  /** What is odd about it, for counting and for telling findings apart. */
  readonly kind: string;
  /** The operation that it is made from, as `GET /api/graph/stats`; else its door and method. */
  readonly about: string;
  readonly request: RawRequest;
  readonly expect?: Expectation;
  /** It is no HTTP, or not all of it: to close the connection is an answer too, and a refusal need name no field. */
  readonly isMalformed?: boolean;
};

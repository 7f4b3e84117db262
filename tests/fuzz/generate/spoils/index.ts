import type fc from 'fast-check';
import type { Case } from '../case.ts';
import type { Operation } from '../operations.ts';
import type { Draft } from '../plain.ts';
import { BODY_SPOILS } from './body.ts';
import { ORIGIN_SPOILS } from './origin.ts';
import { QUERY_SPOILS } from './query.ts';

const SPOILS = [...QUERY_SPOILS, ...BODY_SPOILS, ...ORIGIN_SPOILS];

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

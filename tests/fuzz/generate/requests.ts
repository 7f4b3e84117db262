import fc from 'fast-check';
import { DOORS } from '../rig/product.ts';
import type { Case } from './case.ts';
import { exploring } from './exploring.ts';
import type { Operation } from './operations.ts';
import { plainDraft } from './plain.ts';
import { spoiled } from './spoils/index.ts';
import { oddTargets } from './targets.ts';

/** HTTP requests of every kind, at the front door and at each service's own port. */
export function requests(operations: readonly Operation[]): fc.Arbitrary<Case> {
  const made = operations.flatMap((operation) => operation.doors.map((door) => ({ operation, door })));
  const explored = made.filter(({ operation }) => !operation.changes).map(({ operation, door }) => exploring(operation, door));
  const wrong = made.flatMap(({ operation, door }) => spoiled(operation, plainDraft(operation, door)));
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...explored) },
    { weight: 4, arbitrary: fc.oneof(...wrong) },
    { weight: 1, arbitrary: fc.oneof(...DOORS.map(oddTargets)) },
  );
}

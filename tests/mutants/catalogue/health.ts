import type { Mutant } from '../mutant.ts';

const SESSION = ['services/ingest/src/session/graph-session.spec.ts'];
const TROUBLES = ['packages/runtime/src/health/troubles.spec.ts'];

/** Faults of telling what a service can't do. */
export const HEALTH_MUTANTS: readonly Mutant[] = [
  {
    name: 'a root that is gone is not reported',
    file: 'services/ingest/src/session/root-access.ts',
    find: 'if (this.#why !== undefined) throw',
    replace: 'if (this.#why === null) throw',
    noticedBy: SESSION,
  },
  {
    name: 'a root that is gone is told at each attempt',
    file: 'services/ingest/src/session/root-access.ts',
    find: 'if (this.#told.reason() !== message) await',
    replace: 'await',
    noticedBy: SESSION,
  },
  {
    name: 'no analysis follows when a root is back',
    file: 'services/ingest/src/session/tasks.ts',
    find: 'const owed = this.#owed();',
    replace: 'const owed = undefined;',
    noticedBy: SESSION,
  },
  {
    name: 'a trouble counts at once',
    file: 'packages/runtime/src/health/troubles.ts',
    find: '>= TROUBLE_KINDS[complaint.code].afterMs',
    replace: '>= 0',
    noticedBy: TROUBLES,
  },
  {
    name: 'a trouble that was interrupted keeps its beginning',
    file: 'packages/runtime/src/health/troubles.ts',
    find: '    this.#seen = new Map();\n    for',
    replace: '    this.#seen = new Map([...before].map(([key, seen]) => [key, { ...seen, counts: false }]));\n    for',
    noticedBy: TROUBLES,
  },
];

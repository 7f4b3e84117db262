import type { SseTry } from '../fuzzers/sse.ts';

const BRACES = `{**,**}{**,**}{**,**}{**,**}${'{[^@],[^@][^@]}'.repeat(14)}@`;

/** Event streams that stopped the notifier once, from the issue that asked for these fuzzers, and what they found since. */
export const SSE_EXAMPLES: readonly SseTry[] = [BRACES, '*a*a*a*a*a*a*a*ab', '+([a-z]|[a-z/]|[a-z/.])!'].flatMap((path) =>
  (['gateway', 'notifier'] as const).map((door): SseTry => ({
    door,
    parameters: [
      ['graph', 'fuzzed'],
      ['from', 'earliest'],
      ['path', path],
    ],
    lastEventId: undefined,
  })),
);

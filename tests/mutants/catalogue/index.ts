import type { Mutant } from '../mutant.ts';
import { CLIENT_MUTANTS } from './client.ts';
import { FACTS_MUTANTS } from './facts.ts';
import { GUARD_MUTANTS } from './guard.ts';
import { HEALTH_MUTANTS } from './health.ts';
import { INGEST_MUTANTS } from './ingest.ts';
import { LOG_FUNCTION_MUTANTS } from './log-functions.ts';
import { LOG_MUTANTS } from './log.ts';
import { NOTIFIER_MUTANTS } from './notifier.ts';
import { SUBSCRIPTION_MUTANTS } from './subscription.ts';

/** Every fault that the specs must notice. */
export const MUTANTS: readonly Mutant[] = [
  ...LOG_FUNCTION_MUTANTS,
  ...LOG_MUTANTS,
  ...SUBSCRIPTION_MUTANTS,
  ...NOTIFIER_MUTANTS,
  ...CLIENT_MUTANTS,
  ...FACTS_MUTANTS,
  ...INGEST_MUTANTS,
  ...GUARD_MUTANTS,
  ...HEALTH_MUTANTS,
];

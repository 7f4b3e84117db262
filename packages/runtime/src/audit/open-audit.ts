import { AUDIT_LOG } from '@graphtail/facts';
import { Journal } from '@graphtail/log';
import type { Complaint } from '../health/index.ts';
import type { Logger } from '../logger.ts';
import { counter, type Registry } from '../metrics.ts';
import { Audit } from './audit.ts';

/** How many facts the log `_audit` keeps: about 15 MB. */
const RETAINED_FACTS = 50_000;
/** How long `close` waits for entries to be appended. A service has 4 s to end. */
const CLOSE_WITHIN_MS = 1_000;

type Redis = ConstructorParameters<typeof Journal>[0];

export type OpenAudit = {
  readonly audit: Audit;
  complaints(): readonly Complaint[];
  close(): Promise<void>;
};

/** Opens the log `_audit`, to which all services append. Close it before its Redis connection. */
export function openAudit({ redis, logger, registry }: { redis: Redis; logger: Logger; registry: Registry }): OpenAudit {
  const dropped = counter(
    registry,
    'graphtail_audit_dropped_total',
    'Audit entries lost: Redis was away for longer than memory held them.',
  );
  let failure: Error | undefined;
  const journal = new Journal(redis, AUDIT_LOG, {
    retainFacts: RETAINED_FACTS,
    onDropped: (facts) => dropped.inc(facts),
    onState(state, error) {
      failure = error;
      if (state === 'away') logger.warn({ err: error }, 'audit entries wait: they can not be appended');
      else logger.info('audit entries are appended again');
    },
  });
  const audit = new Audit((fact) => journal.record(fact));
  return {
    audit,
    complaints: () =>
      failure === undefined ? [] : [{ code: 'audit_waiting', message: `audit entries wait in memory: ${failure.message}` }],
    async close() {
      audit.close();
      await journal.close(CLOSE_WITHIN_MS);
    },
  };
}

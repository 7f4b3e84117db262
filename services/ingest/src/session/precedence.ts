import type { Session, Step } from './model.ts';

const NO_PATHS: ReadonlySet<string> = new Set();

/**
 * Begins the first pending task, in this order: a job, the judgement of a new epoch, damage, a comparison, saved files.
 * Stays idle if nothing is pending.
 */
export function begin(session: Session): Step {
  const { pending, knowledge, renewalDue } = session;
  if (pending.job) {
    return { session: { ...session, activity: { kind: 'fetching' }, pending: { ...pending, job: false } }, effects: [{ do: 'fetch_job' }] };
  }
  if (pending.epoch) {
    return { session: { ...session, activity: { kind: 'judging' }, pending: { ...pending, epoch: false } }, effects: [{ do: 'judge' }] };
  }
  if (pending.damage) {
    return { session: { ...session, activity: { kind: 'folding' }, pending: { ...pending, damage: false } }, effects: [{ do: 'fold' }] };
  }
  if (pending.scan !== undefined) {
    return {
      session: {
        ...session,
        activity: { kind: 'reconciling', reason: pending.scan, renewing: renewalDue },
        pending: { ...pending, scan: undefined, paths: NO_PATHS }, // a comparison looks at every file
        knowledge: knowledge === 'resting' ? 'unknown' : knowledge,
        renewalDue: false,
      },
      effects: [{ do: 'compare', everything: knowledge !== 'in_step', renewWatch: renewalDue }],
    };
  }
  if (pending.paths.size > 0) {
    return {
      session: { ...session, activity: { kind: 'appending' }, pending: { ...pending, paths: NO_PATHS } },
      effects: [{ do: 'append', paths: pending.paths }],
    };
  }
  return { session, effects: [] };
}

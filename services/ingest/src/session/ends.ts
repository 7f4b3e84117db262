import type { Job } from '@graphtail/log';
import { REASONS, type Compared, type EventOf, type Knowledge, type Session, type Step } from './model.ts';
import { scan } from './news.ts';

/** What follows from the end of a task. */

function idle(session: Session): Step {
  return { session: { ...session, activity: { kind: 'idle' } }, effects: [] };
}

function succeeded(session: Session, knowledge: Knowledge = session.knowledge): Step {
  return idle({ ...session, knowledge, failures: 0 });
}

function analyse(session: Session, job: Job, requested: boolean): Step {
  return {
    session: { ...session, activity: { kind: 'analysing', job, requested }, knowledge: 'unknown' },
    effects: [{ do: 'analyse', job, requested }],
  };
}

function announced(result: Pick<Compared, 'analysisId'> & { reset?: boolean }, reason: string): Job {
  return { analysis_id: result.analysisId, reason, force: false, reset: result.reset ?? false };
}

/** An analysis compares everything, so a comparison that is pending need not be made; but it renews no watch. */
export function onFetched(session: Session, { job }: EventOf<'fetched'>): Step {
  if (job === undefined) return succeeded(session);
  const { pending, renewalDue } = session;
  const covered = { ...pending, job: true, scan: renewalDue ? pending.scan : undefined }; // others may wait behind it
  return analyse({ ...session, pending: covered }, job, true);
}

export const onJudged = (session: Session): Step => succeeded(session);

/** What the folded log lacks is announced, so that everybody can tell when the state is whole again. */
export const onFolded = (session: Session, { result }: EventOf<'folded'>): Step =>
  analyse(session, announced(result, REASONS.damaged), false);

/**
 * A watch may end without a word, as when the root is moved away and back, and may leave out folders that are made while it begins. So what a
 * renewed watch or a look finds changed renews the watch once more, until nothing new is found.
 */
export function onCompared(session: Session, { result }: EventOf<'compared'>): Step {
  if (session.activity.kind !== 'reconciling') throw new Error('no comparison is under way');
  const { reason, renewing } = session.activity;
  const isMissed = (renewing || reason === 'found') && result.touched > 0;
  const next = isMissed ? scan({ ...session, renewalDue: true }, 'changed') : session;
  if (result.size === 'appended') return succeeded(next, 'in_step');
  return analyse(next, announced(result, REASONS[result.first ? 'first' : reason]), false);
}

export function onAppended(session: Session, { result }: EventOf<'appended'>): Step {
  return result.size === 'appended' ? succeeded(session) : analyse(session, announced(result, REASONS.bulk), false);
}

/** Whoever cancels does not want it to begin again because of what was saved meanwhile. That is found with the next save. */
export function onAnalysed(session: Session, { end }: EventOf<'analysed'>): Step {
  if (end === 'completed') return succeeded(session, 'in_step');
  if (end === 'failed') return succeeded(session, 'unknown');
  return succeeded({ ...session, pending: { ...session.pending, scan: undefined, paths: new Set() } }, 'resting');
}

/** After an error everything is compared again, which repeats whatever was under way. */
export function onFailed(session: Session, { why }: EventOf<'failed'>): Step {
  const doubted: Session = { ...session, knowledge: 'unknown' };
  const job = session.activity.kind === 'fetching' || (session.activity.kind === 'analysing' && session.activity.requested);
  const pending = { ...session.pending, job: session.pending.job || job };
  if (why === 'reloaded') return idle(scan({ ...doubted, pending }, 'log_lost'));
  const { failures } = session;
  return {
    session: scan({ ...doubted, pending, activity: { kind: 'recovering' }, failures: failures + 1 }, 'failed'),
    effects: [{ do: 'wait', failures }],
  };
}

export const onStarted = idle;

export const onRecovered = idle;

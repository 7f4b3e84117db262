import type { Job } from '@graphtail/log';
import { REASONS, type Compared, type EventOf, type Knowledge, type Session, type Step } from './model.ts';
import { scan } from './news.ts';

/** The next step after the end of a task. */

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

/** An analysis compares everything, so it covers a pending comparison. But it does not renew the watch: then the comparison stays. */
export function onFetched(session: Session, { job }: EventOf<'fetched'>): Step {
  if (job === undefined) return succeeded(session);
  const { pending, renewalDue } = session;
  const covered = { ...pending, job: true, scan: renewalDue ? pending.scan : undefined }; // more jobs may wait behind this one
  return analyse({ ...session, pending: covered }, job, true);
}

export const onJudged = (session: Session): Step => succeeded(session);

/** The missing facts are appended in an announced analysis, so that every reader knows when the state is whole again. */
export const onFolded = (session: Session, { result }: EventOf<'folded'>): Step =>
  analyse(session, announced(result, REASONS.damaged), false);

/**
 * A watch may end silently, for example if the root is moved away and back. It may also miss folders that are made while it begins.
 * So if a renewed watch or a look finds changes, the watch is renewed once more, until nothing new is found.
 */
export function onCompared(session: Session, { result }: EventOf<'compared'>): Step {
  if (session.activity.kind !== 'reconciling') throw new Error('no comparison is under way');
  const { reason, renewing } = session.activity;
  const isMissed = (renewing || reason === 'found') && result.touched > 0;
  const next = isMissed ? scan({ ...session, renewalDue: true }, 'changed') : session;
  if (result.size === 'appended') return succeeded(next, 'in_step');
  return analyse(
    next,
    announced(result, REASONS[result.owed === 'back' ? 'back' : result.first ? 'first' : (result.owed ?? reason)]),
    false,
  );
}

export function onAppended(session: Session, { result }: EventOf<'appended'>): Step {
  return result.size === 'appended' ? succeeded(session) : analyse(session, announced(result, REASONS.bulk), false);
}

/** After a cancelled analysis, pending saves are dropped: they must not start it again. The next save finds their changes. */
export function onAnalysed(session: Session, { end }: EventOf<'analysed'>): Step {
  if (end === 'completed') return succeeded(session, 'in_step');
  if (end === 'failed') return succeeded(session, 'unknown');
  return succeeded({ ...session, pending: { ...session.pending, scan: undefined, paths: new Set() } }, 'resting');
}

/** After an error everything is compared again, which also repeats the task that failed. */
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

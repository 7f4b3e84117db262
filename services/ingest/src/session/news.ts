import type { EventOf, Reason, Session, Step } from './model.ts';

/** The next step after an event from outside, whether or not a task is under way. */

export function scan(session: Session, reason: Reason): Session {
  return { ...session, pending: { ...session.pending, scan: session.pending.scan ?? reason } };
}

function only(session: Session): Step {
  return { session, effects: [] };
}

/** After a cancelled analysis, the source model is updated only in part. So everything is compared, not only this file. */
export function onSaved(session: Session, { paths }: EventOf<'saved'>): Step {
  if (session.knowledge === 'resting') return only(scan(session, 'resumed'));
  return only({ ...session, pending: { ...session.pending, paths: session.pending.paths.union(paths) } });
}

export const onChanged = (session: Session): Step => only(scan({ ...session, renewalDue: true }, 'changed'));

export const onJobArrived = (session: Session): Step => only({ ...session, pending: { ...session.pending, job: true } });

export const onEpochStepped = (session: Session): Step => only({ ...session, pending: { ...session.pending, epoch: true } });

export const onDamageFound = (session: Session): Step => only({ ...session, pending: { ...session.pending, damage: true } });

/** The comparison tells the log which commit its state belongs to. After a cancelled analysis it must wait until a comparison is due. */
export const onCommitMoved = (session: Session): Step => only(session.knowledge === 'resting' ? session : scan(session, 'committed'));

/** A look runs in parallel with the tasks, so that no save waits for it. There is one look at a time. */
export function onLookDue(session: Session): Step {
  const { activity, looking, knowledge } = session;
  const isLookedThrough = activity.kind === 'reconciling' || activity.kind === 'analysing';
  if (looking || isLookedThrough || knowledge === 'resting') return only(session);
  return { session: { ...session, looking: true }, effects: [{ do: 'look' }] };
}

/** A file that is saved during the look seems missed by the watcher. Then everything is compared once more, which does no harm. */
export function onLooked(session: Session, { outdated }: EventOf<'looked'>): Step {
  const looked = { ...session, looking: false };
  const isDue = outdated || session.knowledge === 'unknown';
  return only(isDue && session.knowledge !== 'resting' ? scan(looked, 'found') : looked);
}

export const onCancel = (session: Session): Step => ({ session, effects: [{ do: 'cancel' }] });

export const onClose = (session: Session): Step => ({ session: { ...session, activity: { kind: 'closed' } }, effects: [{ do: 'stop' }] });

import type { EventOf, Reason, Session, Step } from './model.ts';

/** What becomes of the things that happen outside while a task is under way, or none is. */

export function scan(session: Session, reason: Reason): Session {
  return { ...session, pending: { ...session.pending, scan: session.pending.scan ?? reason } };
}

function only(session: Session): Step {
  return { session, effects: [] };
}

/** After a cancelled analysis the model holds what that had got to: then everything is compared, not this file alone. */
export function onSaved(session: Session, { paths }: EventOf<'saved'>): Step {
  if (session.knowledge === 'resting') return only(scan(session, 'resumed'));
  return only({ ...session, pending: { ...session.pending, paths: session.pending.paths.union(paths) } });
}

export const onChanged = (session: Session): Step => only(scan({ ...session, renewalDue: true }, 'changed'));

export const onJobArrived = (session: Session): Step => only({ ...session, pending: { ...session.pending, job: true } });

export const onEpochStepped = (session: Session): Step => only({ ...session, pending: { ...session.pending, epoch: true } });

export const onDamageFound = (session: Session): Step => only({ ...session, pending: { ...session.pending, damage: true } });

/** Looking goes on beside the other tasks, so that no save waits for it. One look at a time. */
export function onLookDue(session: Session): Step {
  const { activity, looking, knowledge } = session;
  const isLookedThrough = activity.kind === 'reconciling' || activity.kind === 'analysing';
  if (looking || isLookedThrough || knowledge === 'resting') return only(session);
  return { session: { ...session, looking: true }, effects: [{ do: 'look' }] };
}

/** A file that is saved while the root is being looked through seems missed. Then everything is compared once more, which does no harm. */
export function onLooked(session: Session, { outdated }: EventOf<'looked'>): Step {
  const looked = { ...session, looking: false };
  const isDue = outdated || session.knowledge === 'unknown';
  return only(isDue && session.knowledge !== 'resting' ? scan(looked, 'found') : looked);
}

export const onCancel = (session: Session): Step => ({ session, effects: [{ do: 'cancel' }] });

export const onClose = (session: Session): Step => ({ session: { ...session, activity: { kind: 'closed' } }, effects: [{ do: 'stop' }] });

const PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Logs of Graphtail's own; they are read and delivered like any graph's. */
export const ALERTS_LOG = '_alerts';
export const AUDIT_LOG = '_audit';

/** Whether a name may be given to a graph; names with a leading `_` are Graphtail's own. */
export function isGraphName(name: string): boolean {
  return PATTERN.test(name);
}

/** Whether a name may be subscribed to: a graph's, or one of Graphtail's own logs. */
export function isLogName(name: string): boolean {
  return isGraphName(name) || name === ALERTS_LOG || name === AUDIT_LOG;
}

/** A graph's name for a folder's name: what a name can't hold becomes `-`. */
export function graphNameFor(folderName: string): string {
  const name = folderName
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return name === '' ? 'graph' : name;
}

const PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Graphtail's own logs. They are read and delivered like the log of a graph. */
export const ALERTS_LOG = '_alerts';
export const AUDIT_LOG = '_audit';

/** Whether a name may be given to a graph; names with a leading `_` are Graphtail's own. */
export function isGraphName(name: string): boolean {
  return PATTERN.test(name);
}

/** Whether clients may subscribe to a name: a graph's name, or the name of one of Graphtail's own logs. */
export function isLogName(name: string): boolean {
  return isGraphName(name) || name === ALERTS_LOG || name === AUDIT_LOG;
}

/** Returns a graph's name for a folder's name. Characters that a graph's name can't hold become `-`. */
export function graphNameFor(folderName: string): string {
  const name = folderName
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return name === '' ? 'graph' : name;
}

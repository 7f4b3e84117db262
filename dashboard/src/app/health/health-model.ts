import type { Bounds, Health } from '@graphtail/client';

export type PartName = 'ingest' | 'redis' | 'projector' | 'notifier';

/** One part of the pipeline, as it is drawn. */
export type Part = {
  readonly name: PartName;
  readonly title: string;
  readonly does: string;
  readonly state: 'ok' | 'degraded' | 'down' | 'unknown';
  /** Why it is not ok, and one line on what to do. */
  readonly reasons: readonly string[];
  readonly next: string | undefined;
  readonly figure: string | undefined;
};

export type Verdict = { readonly state: 'ok' | 'degraded' | 'down' | 'unknown'; readonly words: string };

const PARTS: readonly { readonly name: PartName; readonly title: string; readonly does: string; readonly next: string }[] = [
  {
    name: 'ingest',
    title: 'Ingest',
    does: 'reads saved files, appends what changed',
    next: 'Nothing that was appended is lost. Saves are not seen until it is back: look at its lines in the log of npm start.',
  },
  {
    name: 'redis',
    title: 'Log',
    does: 'Redis keeps every fact, in order',
    next: 'Nothing can be appended or delivered until it answers. npm start restarts a Redis of its own; look after another one yourself.',
  },
  {
    name: 'projector',
    title: 'Projector',
    does: 'folds the log, answers queries',
    next: 'The stream goes on; queries wait. It folds what it missed from its last snapshot when it is back.',
  },
  {
    name: 'notifier',
    title: 'Notifier',
    does: 'delivers every fact to every subscriber',
    next: 'Subscribers reconnect at their cursors when it is back, and miss nothing.',
  },
];

export function partsOf(health: Health | undefined, figures: Partial<Record<PartName, string>>): readonly Part[] {
  return PARTS.map(({ name, title, does, next }) => {
    const service = health?.services?.[name];
    const state = stateOf(service?.status);
    const troubles = service?.troubles ?? [];
    const detail = service?.['detail'];
    const reasons = [...(typeof detail === 'string' ? [detail] : []), ...troubles.map(({ message }) => message)];
    const remedies = troubles.length > 0 ? [...new Set(troubles.map(({ remedy }) => remedy))].join(' ') : next;
    return { name, title, does, state, reasons, next: state === 'ok' || state === 'unknown' ? undefined : remedies, figure: figures[name] };
  });
}

/** One sentence: the first part that is worst, with its first reason. */
export function verdictOf(parts: readonly Part[], isStale: boolean): Verdict {
  if (isStale) return { state: 'unknown', words: 'Nobody answers. What is shown is the last that was known.' };
  if (parts.some(({ state }) => state === 'unknown')) return { state: 'unknown', words: 'Not known yet.' };
  const worst = parts.find(({ state }) => state === 'down') ?? parts.find(({ state }) => state === 'degraded');
  if (worst === undefined) return { state: 'ok', words: 'Everything works: every saved file is seen, and every fact is delivered.' };
  const others = parts.filter(({ state }) => state !== 'ok').length - 1;
  const reason = worst.reasons[0] ?? (worst.state === 'down' ? 'does not answer' : 'is degraded');
  const more = others === 0 ? '' : others === 1 ? ' One more part has a reason.' : ` ${String(others)} more parts have reasons.`;
  return { state: worst.state === 'down' ? 'down' : 'degraded', words: `${worst.title}: ${reason}.${more}` };
}

/** What can be pasted into a report. */
export function reportOf(health: Health | undefined, bounds: Bounds | undefined, at: string): string {
  return JSON.stringify({ at, health, log: bounds }, null, 2);
}

function stateOf(status: string | undefined): Part['state'] {
  if (status === undefined) return 'unknown';
  return status === 'ok' || status === 'degraded' ? status : 'down';
}

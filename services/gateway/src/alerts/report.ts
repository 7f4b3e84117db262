import type { NewFact } from '@graphtail/facts';
import type { Alert, AlertState } from './alert-state.ts';

/** What a source says about one alert: Alertmanager, or Graphtail's own monitor. */
export type Report = {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly name: string;
  readonly severity: string;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When it began to fire. A source repeats a report of the same firing. */
  readonly startsAt: string;
};

/** The facts that reports add to what is known: none for what was reported before, and none for the end of what was never raised. */
export function factsOf(reports: readonly Report[], state: AlertState): NewFact[] {
  const known = new Map<string, Pick<Alert, 'state' | 'starts_at'> | undefined>();
  const facts: NewFact[] = [];
  for (const report of reports) {
    const before = known.has(report.id) ? known.get(report.id) : state.get(report.id);
    const type = newsIn(report, before);
    if (type === undefined) continue;
    facts.push({ event_type: type, entity_type: 'alert', entity_id: report.id, data: dataOf(report) });
    known.set(report.id, { state: report.status, starts_at: report.startsAt });
  }
  return facts;
}

function newsIn(
  { status, startsAt }: Report,
  before: Pick<Alert, 'state' | 'starts_at'> | undefined,
): 'alert_raised' | 'alert_resolved' | undefined {
  if (status === 'resolved') return before?.state === 'firing' ? 'alert_resolved' : undefined;
  if (before?.state === 'firing') return undefined;
  // A firing that was resolved already may be reported once more, by a source that got no answer.
  return before !== undefined && Date.parse(startsAt) <= Date.parse(before.starts_at) ? undefined : 'alert_raised';
}

function dataOf({ id, name, severity, summary, labels, annotations, startsAt }: Report) {
  return { alert_id: id, name, severity, summary, labels: { ...labels }, annotations: { ...annotations }, starts_at: startsAt };
}

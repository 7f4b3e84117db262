import type { Fact, Offset } from '@graphtail/facts';

type AlertFact = Extract<Fact, { entity_type: 'alert' }>;
export type AlertData = Extract<Fact, { event_type: 'alert_acknowledged' }>['data'];

/** A time in which an alert fired. */
export type Episode = { readonly raised_at: string; readonly resolved_at: string | null };
export type Acknowledgement = { readonly at: string; readonly by: string | null; readonly note: string | null };

/** What the log says of an alert. */
export type Alert = {
  readonly alert_id: string;
  readonly name: string;
  readonly severity: string;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'firing' | 'resolved';
  /** When it began to fire, as its source says: a firing that is told again is the same one. */
  readonly starts_at: string;
  readonly raised_at: string;
  readonly resolved_at: string | null;
  /** Of the latest firing; null: nobody has acknowledged it. */
  readonly acknowledged: Acknowledgement | null;
  /** The latest times in which it fired, newest first. */
  readonly episodes: readonly Episode[];
  /** The alert's last fact. */
  readonly offset: Offset;
};

const MOST_EPISODES = 20;
/** Beyond this number, alerts that are resolved longest are forgotten. */
const MOST_ALERTS = 1_000;
const SEVERITIES = ['critical', 'warning', 'info'];

/** The alerts of the log `_alerts`, by id. */
export class AlertState {
  readonly #alerts = new Map<string, Alert>();

  fold(fact: Fact): void {
    if (fact.entity_type !== 'alert') return;
    const id = fact.data.alert_id;
    const next = after(this.#alerts.get(id), fact);
    if (next === undefined) return;
    this.#alerts.delete(id); // a Map keeps the order of insertion: the alert that changed last comes last
    this.#alerts.set(id, next);
    if (this.#alerts.size > MOST_ALERTS) this.#forgetOne();
  }

  get(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  /** Firing ones first, the most severe of them first; then by time, newest first. */
  get list(): readonly Alert[] {
    return [...this.#alerts.values()].reverse().sort((a, b) => rank(a) - rank(b));
  }

  #forgetOne(): void {
    const all = [...this.#alerts.values()];
    const { alert_id: id } = all.find(({ state }) => state === 'resolved') ?? all[0]!;
    this.#alerts.delete(id);
  }
}

function rank({ state, severity }: Alert): number {
  if (state === 'resolved') return SEVERITIES.length + 1;
  const known = SEVERITIES.indexOf(severity);
  return known === -1 ? SEVERITIES.length : known;
}

/** The alert after a fact; undefined if the fact is about an alert that is not known. */
function after(before: Alert | undefined, { event_type: type, offset, timestamp: at, data }: AlertFact): Alert | undefined {
  switch (type) {
    case 'alert_raised': {
      const { alert_id, name, severity, summary, labels, annotations = {}, starts_at = at } = data;
      const episodes = [{ raised_at: at, resolved_at: null }, ...(before?.episodes ?? [])].slice(0, MOST_EPISODES);
      const now = { state: 'firing', raised_at: at, resolved_at: null, acknowledged: null } as const;
      return { alert_id, name, severity, summary, labels, annotations, ...now, starts_at, episodes, offset };
    }
    case 'alert_resolved': {
      if (before === undefined) return undefined;
      const [latest, ...earlier] = before.episodes;
      const episodes = latest === undefined ? [] : [{ ...latest, resolved_at: at }, ...earlier];
      return { ...before, state: 'resolved', resolved_at: at, episodes, offset };
    }
    case 'alert_acknowledged': {
      if (before === undefined) return undefined;
      const { acknowledged_by: by = null, note = null } = data;
      return { ...before, acknowledged: { at, by, note }, offset };
    }
  }
}

import type { Report } from '../alerts/report.ts';
import { hashOf } from '../alerts/webhook.ts';
import { keyOf } from '../ops/rates.ts';
import type { Scrape } from '../ops/scrape.ts';
import { evaluate, type Value } from './evaluate.ts';
import { metricsIn, parsePromql, type Expression } from './promql.ts';
import { fillIn } from './template.ts';

/** An alert rule of ops/prometheus/rules, with the expressions of recording rules put in. */
export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly forSeconds: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** The longest range of an expression, ms. */
const KEPT_MS = 10 * 60_000;

type Watched = { readonly rule: Rule; readonly expression: Expression; pending: ReadonlyMap<string, number> };

/** Evaluates alert rules as Prometheus does: an alert fires when its expression has held for the rule's time. */
export class Monitor {
  readonly #watched: readonly Watched[];
  readonly #metrics: ReadonlySet<string>;
  #scrapes: Scrape[] = [];

  constructor(rules: readonly Rule[]) {
    this.#watched = rules.map((rule) => ({ rule, expression: parsePromql(rule.expr), pending: new Map() }));
    this.#metrics = new Set(this.#watched.flatMap(({ expression }) => metricsIn(expression)));
  }

  /** Takes a scrape. Returns every alert that fires now, whether it was returned before or not. */
  take(scrape: Scrape): readonly Report[] {
    const samples = new Map([...scrape.samples].filter(([name]) => this.#metrics.has(name)));
    this.#scrapes = [...this.#scrapes.filter(({ at }) => scrape.at - at <= KEPT_MS), { at: scrape.at, samples }];
    return this.#watched.flatMap((watched) => this.#look(watched, scrape.at));
  }

  #look(watched: Watched, now: number): Report[] {
    const { rule, expression, pending: before } = watched;
    const found = evaluate(expression, this.#scrapes).map((value) => {
      const key = keyOf(value);
      return { key, value, since: before.get(key) ?? now };
    });
    watched.pending = new Map(found.map(({ key, since }) => [key, since]));
    return found.flatMap(({ value, since }) => (now - since < rule.forSeconds * 1_000 ? [] : [reportOf(rule, value, since)]));
  }
}

function reportOf({ alert, labels: own, annotations, forSeconds }: Rule, value: Value, since: number): Report {
  const labels = { ...value.labels, ...own, alertname: alert };
  const { summary = alert, ...others } = Object.fromEntries(Object.entries(annotations).map(([name, text]) => [name, fillIn(text, value)]));
  const severity = own['severity'] ?? 'none';
  const startsAt = new Date(since + forSeconds * 1_000).toISOString();
  return { id: hashOf(labels), status: 'firing', name: alert, severity, summary, labels, annotations: others, startsAt };
}

import { ALERTS_LOG, OffsetSchema, type NewFact } from '@graphtail/facts';
import type { DecidedLog } from '@graphtail/log';
import { accessOf, nameTarget, Problem, requireGraph, route, sendJson, wholeNumber, type Route } from '@graphtail/runtime';
import { z } from 'zod';
import { asked } from '../asked.ts';
import type { Alert, AlertState } from './alert-state.ts';
import { factsOf } from './report.ts';
import { reportsIn, webhookBody } from './webhook.ts';

const MAX_LISTED = 1_000;
const texts = z.record(z.string(), z.string());
const time = z.iso.datetime();

const AlertSchema = z
  .object({
    alert_id: z.string(),
    name: z.string(),
    severity: z.string(),
    summary: z.string(),
    labels: texts,
    annotations: texts.describe('what the rule says besides its summary: description, runbook, runbook_url, value, limit'),
    state: z.enum(['firing', 'resolved']),
    starts_at: time.describe('when it began to fire, as its source says'),
    raised_at: time,
    resolved_at: time.nullable(),
    acknowledged: z
      .object({ at: time, by: z.string().nullable(), note: z.string().nullable() })
      .nullable()
      .describe('of the latest firing; null: nobody has acknowledged it'),
    episodes: z
      .array(z.object({ raised_at: time, resolved_at: time.nullable() }))
      .describe('the latest 20 times in which it fired, newest first'),
    offset: OffsetSchema.describe("the alert's last fact in the log _alerts"),
  })
  .meta({ id: 'Alert' });

const AlertList = z.object({
  alerts: z.array(AlertSchema).max(MAX_LISTED),
  total: z.int().min(0),
  firing: z.int().min(0).describe('how many fire now'),
  unacknowledged: z.int().min(0).describe('how many fire now and nobody has acknowledged'),
  limit: z.int(),
  offset: z.int(),
  as_of: OffsetSchema.describe('head of the log _alerts: subscribe to it from here'),
});

const Received = z.object({
  received: z.int().min(0),
  raised: z.array(z.string()).describe('ids of the alerts that were not known to fire'),
  resolved: z.array(z.string()),
});

const acknowledgement = {
  name: z.string().min(1).max(100).optional().describe('who acknowledges; default: the actor of the token'),
  note: z.string().max(1_000).optional(),
};

/** `/api/alerts*`: takes alerts from Alertmanager into the log `_alerts`, lists them, and takes acknowledgements. */
export function alertRoutes(log: DecidedLog<AlertState>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/alerts',
      tag: 'alerts',
      summary: 'The alerts: those that fire first, the most severe of them first',
      query: {
        state: z.enum(['firing', 'resolved']).optional(),
        limit: wholeNumber({ min: 1, max: MAX_LISTED }, 'alerts in one answer').default(100),
        offset: wholeNumber({ max: 1_000_000 }, 'alerts before them').default(0),
      },
      answers: { 200: AlertList },
      async handle({ query: { state, limit, offset }, response }) {
        requireGraph(accessOf(response), ALERTS_LOG);
        const { all, head } = await asked(log.read(({ list }, head) => ({ all: list, head })));
        const fitting = all.filter((alert) => state === undefined || alert.state === state);
        const firing = all.filter((alert) => alert.state === 'firing');
        sendJson(response, {
          alerts: fitting.slice(offset, offset + limit),
          total: fitting.length,
          firing: firing.length,
          unacknowledged: firing.filter(({ acknowledged }) => acknowledged === null).length,
          limit,
          offset,
          as_of: head,
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/alerts',
      tag: 'alerts',
      summary: "Alertmanager's webhook: what is new becomes facts of the log _alerts",
      body: webhookBody,
      answers: { 200: Received },
      async handle({ body: { alerts }, response }) {
        requireGraph(accessOf(response), ALERTS_LOG);
        const reports = reportsIn(alerts, new Date().toISOString());
        const facts = await asked(log.decide((state) => factsOf(reports, state)));
        const idsOf = (type: NewFact['event_type']): string[] =>
          facts.filter(({ event_type: each }) => each === type).map(({ entity_id: id }) => id);
        sendJson(response, { received: alerts.length, raised: idsOf('alert_raised'), resolved: idsOf('alert_resolved') });
      },
    }),
    route({
      method: 'post',
      path: '/api/alerts/{id}/ack',
      tag: 'alerts',
      summary: 'Acknowledge an alert: nobody needs to be told of this firing again',
      params: { id: z.string().min(1).max(200).describe("the alert's id") },
      body: acknowledgement,
      answers: { 200: AlertSchema },
      problems: ['NOT_FOUND'],
      async handle({ params: { id }, body: { name, note }, response }) {
        const access = accessOf(response);
        requireGraph(access, ALERTS_LOG);
        nameTarget(response, ALERTS_LOG, id);
        const by = name ?? access.actor;
        await asked(log.decide((state) => acknowledged(known(state, id), by, note)));
        sendJson(response, await asked(log.read((state) => known(state, id))));
      },
    }),
  ];
}

/** @throws {Problem} 404 */
function known(state: AlertState, id: string): Alert {
  const alert = state.get(id);
  if (alert === undefined) throw new Problem(404, 'NOT_FOUND', `There is no alert ${id}.`);
  return alert;
}

/** The fact of an acknowledgement; none if this firing is acknowledged already. */
function acknowledged(alert: Alert, by: string, note: string | undefined): NewFact[] {
  if (alert.acknowledged !== null) return [];
  const { alert_id, name, severity, summary, labels } = alert;
  const data = { alert_id, name, severity, summary, labels: { ...labels }, acknowledged_by: by, ...(note !== undefined && { note }) };
  return [{ event_type: 'alert_acknowledged', entity_type: 'alert', entity_id: alert_id, data }];
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Report } from './report.ts';

const time = z
  .string()
  .max(64)
  .refine((given) => !Number.isNaN(Date.parse(given)), 'must be a time, as RFC 3339 writes it')
  .meta({ type: 'string', format: 'date-time' });
const texts = z.record(z.string().max(200), z.string().max(4_000));

const ReportedAlert = z.strictObject({
  status: z.enum(['firing', 'resolved']),
  labels: texts.describe('alertname, severity and what else the rule and the series have'),
  annotations: texts.default({}),
  startsAt: time.optional(),
  endsAt: time.optional(),
  generatorURL: z.string().max(4_000).optional(),
  fingerprint: z.string().min(1).max(64).optional().describe('identifies the alert; default: a hash of its labels'),
});

/** The body of Alertmanager's webhook, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const webhookBody = {
  alerts: z.array(ReportedAlert).max(1_000),
  version: z.string().max(16).optional(),
  groupKey: z.string().max(4_000).optional(),
  truncatedAlerts: z.int().min(0).optional(),
  status: z.enum(['firing', 'resolved']).optional(),
  receiver: z.string().max(400).optional(),
  groupLabels: texts.optional(),
  commonLabels: texts.optional(),
  commonAnnotations: texts.optional(),
  externalURL: z.string().max(4_000).optional(),
};

/** @param now for an alert that does not say when it began */
export function reportsIn(alerts: readonly z.infer<typeof ReportedAlert>[], now: string): Report[] {
  return alerts.map(({ status, labels, annotations: { summary, ...annotations }, startsAt, fingerprint }) => {
    const { alertname: name = 'unnamed', severity = 'none' } = labels;
    return {
      id: fingerprint ?? hashOf(labels),
      status,
      name,
      severity,
      summary: summary ?? name,
      labels,
      annotations,
      startsAt: startsAt === undefined ? now : new Date(startsAt).toISOString(),
    };
  });
}

/** Identifies an alert by its labels, as Alertmanager does: the same labels are the same alert. */
export function hashOf(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT, type Kind } from './exported-metrics.ts';

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const RulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          alert: z.string().optional(),
          record: z.string().optional(),
          expr: z.string(),
          labels: z.record(z.string(), z.string()).optional(),
          annotations: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  ),
});

export type Rule = z.infer<typeof RulesSchema>['groups'][number]['rules'][number];

export function rules(): Rule[] {
  return globSync('ops/prometheus/rules/*.yml', { cwd: ROOT }).flatMap((file) =>
    RulesSchema.parse(parse(read(file))).groups.flatMap((group) => group.rules),
  );
}

const TestsSchema = z.object({
  tests: z.array(z.object({ alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })).default([]) })),
});

/** Per alert, how often its tests expect it to fire and to be silent. */
export function alertTests(): Map<string, { fires: number; silent: number }> {
  const tested = new Map<string, { fires: number; silent: number }>();
  for (const file of globSync('ops/prometheus/tests/*.yml', { cwd: ROOT })) {
    for (const { alertname, exp_alerts } of TestsSchema.parse(parse(read(file))).tests.flatMap((test) => test.alert_rule_test)) {
      const counts = tested.get(alertname) ?? { fires: 0, silent: 0 };
      counts[exp_alerts.length > 0 ? 'fires' : 'silent']++;
      tested.set(alertname, counts);
    }
  }
  return tested;
}

const DashboardSchema = z.object({
  uid: z.string(),
  annotations: z.object({ list: z.array(z.object({ expr: z.string() })) }),
  templating: z.object({ list: z.array(z.object({ definition: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      description: z.string().min(1),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      datasource: z.object({ uid: z.string() }),
      fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }),
      targets: z.array(z.object({ expr: z.string(), refId: z.string() })),
    }),
  ),
});

export type Dashboard = z.infer<typeof DashboardSchema>;

export function overview(): Dashboard {
  return DashboardSchema.parse(JSON.parse(read('ops/grafana/dashboards/overview.json')));
}

export type DocumentedMetric = { name: string; kind: Kind; labels: string[] };

/** The metrics of docs/METRICS.md's tables: `name`, type, labels. */
export function documentedMetrics(): DocumentedMetric[] {
  const rows = read('docs/METRICS.md').matchAll(/^\| `([a-z0-9_]+)` \| (histogram|counter|gauge) \| ([^|]*) ?\|/gm);
  return [...rows].map(([, name = '', kind = '', labels = '']) => ({
    name,
    kind: kind as Kind,
    labels: labels
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  }));
}

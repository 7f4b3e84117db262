// Writes the rules of the gateway's monitor from the rules for Prometheus: node ops/prometheus/monitor-rules.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Rule } from '../../services/gateway/src/monitor/monitor.ts';
import { parsePromql } from '../../services/gateway/src/monitor/promql.ts';

const texts = z.record(z.string(), z.string());
const FileSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string().optional(),
          record: z.string().optional(),
          expr: z.string(),
          for: z.string().default('0s'),
          labels: texts.default({}),
          annotations: texts.default({}),
        }),
      ),
    }),
  ),
});
/** The monitor's increase() sees a series begin, so it needs no second half. */
const BEGINS = /\s+or \((\w+) unless \1 offset \w+\) > 0$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
/** A gateway keeps its scrapes for ten minutes, so it can't judge what lasts longer. */
const LONGEST_SECONDS = 600;

export const MONITOR_RULES = join(import.meta.dirname, '../../services/gateway/src/monitor/rules.json');

/** The alert rules that the monitor can evaluate, with the expressions of recorded series put in. */
export function monitorRules(): Rule[] {
  const rules = ['recording', 'alerts'].flatMap((name) => {
    const text = readFileSync(join(import.meta.dirname, `rules/${name}.yml`), 'utf8');
    return FileSchema.parse(parse(text)).groups.flatMap((group) => group.rules);
  });
  const recorded = new Map(rules.flatMap(({ record, expr }) => (record === undefined ? [] : [[record, expr]])));
  return rules.flatMap(({ alert, expr: written, for: time, labels, annotations }) => {
    const expr = written.replace(BEGINS, '').replaceAll(/\w+:\w+:\w+/g, (name) => recorded.get(name) ?? name);
    const forSeconds = secondsOf(time);
    if (alert === undefined || !isKnown(expr) || forSeconds > LONGEST_SECONDS) return [];
    return [{ alert, expr, forSeconds, labels, annotations }];
  });
}

function isKnown(expr: string): boolean {
  if (/\[\d+[hdw]\]/.test(expr)) return false;
  try {
    parsePromql(expr);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function secondsOf(duration: string): number {
  const [, count = '', unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
  return Number(count) * (SECONDS[unit] ?? NaN);
}

if (import.meta.main) writeFileSync(MONITOR_RULES, `${JSON.stringify(monitorRules(), undefined, 2)}\n`);

import { readFileSync } from 'node:fs';
import { MONITOR_RULES, monitorRules } from '../../ops/prometheus/monitor-rules.ts';
import { alertTests, documentedMetrics, overview, read, rules } from './documents.ts';
import { metricsOfProcess, metricsOfSource, metricsOfSources, seriesOf, type Metric } from './exported-metrics.ts';
import { labelsIn, seriesIn } from './promql.ts';

/** Series and labels that Prometheus itself makes. */
const PROMETHEUS_SERIES = ['up', 'ALERTS'];
const PROMETHEUS_LABELS = ['job', 'instance', 'le', 'alertname', 'alertstate'];

describe('metrics', () => {
  let exported: Metric[];
  let series: Set<string>;
  const documented = documentedMetrics();

  beforeAll(async () => {
    exported = [...metricsOfSources(), ...(await metricsOfProcess())];
    series = new Set([...exported.flatMap(seriesOf), ...rules().flatMap(({ record }) => record ?? []), ...PROMETHEUS_SERIES]);
  });

  it('are found in the sources, whichever helper registers them', () => {
    const source = `
      secondsHistogram(registry, 'graphtail_a_seconds', 'help', ['graph']);
      this.b = counter(registry, 'graphtail_b_total', 'help', [
        'x', 'y',
      ]);
      perGraph('graphtail_c', 'help', (fold) => fold.c);
      // counter(registry, 'graphtail_d_total', 'help')
      const name = 'graphtail_e';`;
    expect(metricsOfSource(source)).toEqual([
      { name: 'graphtail_a_seconds', kind: 'histogram', labels: ['graph'] },
      { name: 'graphtail_b_total', kind: 'counter', labels: ['x', 'y'] },
      { name: 'graphtail_c', kind: 'gauge', labels: undefined },
    ]);
  });

  it('in an expression are distinguished from functions, keywords, labels and durations', () => {
    const expression = 'a:b_seconds:p95 > 0.05 or sum by (job, le) (rate(c_total{d="e{f}",g=~"h"}[5m] offset 10m)) unless on() i * 1e9';
    expect(seriesIn(expression)).toEqual(['a:b_seconds:p95', 'c_total', 'i']);
    expect(labelsIn('sum by (job, le) (rate(c_total{d="e",g=~"h"}[5m]))')).toEqual(['d', 'g', 'job', 'le']);
  });

  it('that rules and panels use are exported by a service, recorded, or made by Prometheus', () => {
    const read = [...rules().map(({ expr }) => expr), ...expressions()];
    const unknown = read.flatMap((expr) =>
      seriesIn(expr)
        .filter((name) => !series.has(name))
        .map((name) => `${name} in ${expr}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are matched and grouped only by labels that they have', () => {
    const known = new Set([...documented.flatMap(({ labels }) => labels), ...PROMETHEUS_LABELS]);
    const unknown = [...rules().map(({ expr }) => expr), ...expressions()].flatMap((expr) =>
      labelsIn(expr)
        .filter((label) => !known.has(label))
        .map((label) => `${label} in ${expr}`),
    );
    expect(unknown).toEqual([]);
  });

  it('that are exported are documented in docs/METRICS.md, and no others', () => {
    expect(documented.map(({ name }) => name).sort()).toEqual([...new Set(exported.map(({ name }) => name))].sort());
  });

  it('are documented with the type and labels that they have', () => {
    const wrong = exported.flatMap(({ name, kind, labels }) => {
      const described = documented.find((metric) => metric.name === name);
      if (described === undefined) return [];
      const same = described.kind === kind && (labels === undefined || described.labels.join() === labels.join());
      return same ? [] : [`${name}: ${kind} ${labels?.join() ?? ''} is described as ${described.kind} ${described.labels.join()}`];
    });
    expect(wrong).toEqual([]);
  });

  it('that are recorded, and every alert, are in docs/METRICS.md', () => {
    const text = read('docs/METRICS.md');
    const missing = rules().flatMap(({ alert, record, labels }) => {
      const line = alert === undefined ? `| \`${record ?? ''}\` |` : `| ${alert} | ${labels?.['severity'] ?? ''} |`;
      return text.includes(line) ? [] : [line];
    });
    expect(missing).toEqual([]);
  });
});

describe('every alert', () => {
  const alerts = rules().filter(({ alert }) => alert !== undefined);

  it('says its severity, what is wrong and what to do', () => {
    expect(alerts.length).toBeGreaterThan(0);
    for (const { alert, labels, annotations } of alerts) {
      expect(labels?.['severity'])
        .withContext(alert!)
        .toMatch(/^(critical|warning)$/);
      expect(Object.keys(annotations ?? {}))
        .withContext(alert!)
        .toEqual(['summary', 'description', 'runbook']);
    }
  });

  it('is proved to fire and to be silent', () => {
    const tested = alertTests();
    for (const { alert } of alerts) {
      expect(tested.get(alert!)?.fires).withContext(alert!).toBeGreaterThan(0);
      expect(tested.get(alert!)?.silent).withContext(alert!).toBeGreaterThan(0);
    }
  });
});

describe('the Grafana overview', () => {
  it('shows p95 delivery latency and memory first', () => {
    const { panels } = overview();
    const first = (type: string) =>
      panels
        .filter((panel) => panel.type === type)
        .slice(0, 2)
        .map(({ targets }) => targets.map(({ expr }) => expr).join());
    for (const type of ['stat', 'timeseries']) {
      expect(first(type)[0]).toContain('delivery_latency_seconds');
      expect(first(type)[1]).toContain('process_resident_memory_bytes');
    }
  });

  it('has panels with unique ids that do not overlap and fit the width', () => {
    const { panels } = overview();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${String(x + (i % w))},${String(y + Math.floor(i / w))}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
  });

  it('reads from the data source that is provisioned', () => {
    const provisioned = /uid: (\S+)/.exec(read('ops/grafana/provisioning/datasources/prometheus.yml'))?.[1];
    expect([...new Set(overview().panels.map(({ datasource }) => datasource.uid))]).toEqual([provisioned!]);
  });
});

function expressions(): string[] {
  const { panels, annotations, templating } = overview();
  const variables = templating.list.map(({ definition }) => /^label_values\((\w+),/.exec(definition)?.[1] ?? definition);
  return [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...annotations.list.map(({ expr }) => expr), ...variables];
}

describe('the monitor of npm start', () => {
  it('has the rules for Prometheus that it can evaluate: node ops/prometheus/monitor-rules.ts writes them', () => {
    expect(JSON.parse(readFileSync(MONITOR_RULES, 'utf8'))).toEqual(monitorRules());
  });

  it('has every critical rule, and never two of a name', () => {
    const names = monitorRules().map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const critical = rules().flatMap(({ alert, labels }) => (labels?.['severity'] === 'critical' ? [alert!] : []));
    expect(critical.filter((alert) => !names.includes(alert))).toEqual([]);
  });
});

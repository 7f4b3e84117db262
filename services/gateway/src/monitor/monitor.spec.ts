import { samplesIn } from '../ops/samples.ts';
import type { Scrape } from '../ops/scrape.ts';
import { evaluate } from './evaluate.ts';
import { Monitor, type Rule } from './monitor.ts';
import { parsePromql } from './promql.ts';
import { fillIn } from './template.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');

/** A scrape at so many seconds. */
function scrape(seconds: number, text: string): Scrape {
  return { at: START + seconds * 1_000, samples: Map.groupBy(samplesIn(text, {}), ({ name }) => name) };
}
const values = (expr: string, ...scrapes: Scrape[]) => evaluate(parsePromql(expr), scrapes).map(({ value }) => value);

describe('The monitor’s PromQL', () => {
  const now = scrape(0, 'a{x="1",y="p"} 1\na{x="2",y="q"} 4\nb{x="1",y="p"} 2\nb{x="2",y="q"} 2\nc{x="3"} 9');

  it('selects, compares, computes and aggregates like Prometheus', () => {
    expect(values('a{x=~"1|2",y!="p"}', now)).toEqual([4]);
    expect(values('a{x!~"1.*"}', now)).toEqual([4]);
    expect(values('a > 1', now)).toEqual([4]);
    expect(values('a / b', now)).toEqual([0.5, 2]);
    expect(values('sum(a) + 2 * 3', now)).toEqual([11]);
    expect(values('sum by (x) (a) / sum by (x) (b) > 1', now)).toEqual([2]);
    expect(values('max(a)', now)).toEqual([4]);
    expect(values('count(a) unless count(nothing)', now)).toEqual([2]);
    expect(values('a > 0 and b > 1', now)).toEqual([1, 4]);
    expect(values('a or c', now)).toEqual([1, 4, 9]);
    expect(values('(a + b) * 2', now)).toEqual([6, 12]);
  });

  it('counts increases over a restart of the process, and those of a series that begins', () => {
    const scrapes = [scrape(0, 'n 5'), scrape(5, 'n 7'), scrape(10, 'n 1\nm 2')];
    expect(values('increase(n[1m])', ...scrapes)).toEqual([3]);
    expect(values('increase(m[1m])', ...scrapes)).toEqual([2]);
    expect(values('rate(n[1m])', ...scrapes)).toEqual([0.3]);
    expect(values('increase(n[5s])', ...scrapes)).toEqual([1]);
    expect(values('increase(n[1m])', scrapes[0]!)).toEqual([]);
  });

  it('refuses what it does not know', () => {
    for (const expr of ['deriv(a[1h])', 'a offset 5m', 'a @ 3', 'a{', '(a', 'a b'])
      expect(() => parsePromql(expr))
        .withContext(expr)
        .toThrowError(SyntaxError);
  });
});

describe('An annotation', () => {
  it('is filled in with labels and with the value as people read it', () => {
    const fill = (text: string, value = 1) => fillIn(text, { labels: { job: 'ingest' }, value });
    expect(fill('{{ $labels.job }} at {{ $labels.instance }}')).toBe('ingest at ');
    expect(fill('{{ with $labels.job }}{{ . }}{{ else }}nobody{{ end }} waits')).toBe('ingest waits');
    expect(fill('{{ with $labels.none }}{{ . }}{{ else }}nobody{{ end }} waits')).toBe('nobody waits');
    expect(fill('{{ $value | humanizeDuration }}', 0.0712)).toBe('71.2ms');
    expect(fill('{{ $value | humanizeDuration }}', 3_725)).toBe('1h 2m 5s');
    expect(fill('{{ $value | humanizePercentage }}', 0.8512)).toBe('85.12%');
    expect(fill('{{ $value | humanize1024 }}B', 1.5 * 1024 ** 3)).toBe('1.5GiB');
    expect(fill('{{ $value | printf "%.0f" }}', 2.4)).toBe('2');
  });
});

describe('The monitor', () => {
  const rule: Rule = {
    alert: 'Down',
    expr: 'up == 0',
    forSeconds: 15,
    labels: { severity: 'critical' },
    annotations: { summary: '{{ $labels.job }} is down', runbook: 'Look.' },
  };

  it('lets an alert fire when its expression has held for the rule’s time, and no longer than it holds', () => {
    const monitor = new Monitor([rule]);
    const at = (seconds: number, up: 0 | 1) => monitor.take(scrape(seconds, `up{job="ingest"} ${String(up)}`));
    expect(at(0, 0)).toEqual([]);
    expect(at(10, 0)).toEqual([]);
    const [report] = at(15, 0);
    expect(report).toEqual({
      id: jasmine.stringMatching(/^[0-9a-f]{16}$/) as never,
      status: 'firing',
      name: 'Down',
      severity: 'critical',
      summary: 'ingest is down',
      labels: { job: 'ingest', severity: 'critical', alertname: 'Down' },
      annotations: { runbook: 'Look.' },
      startsAt: '2026-01-31T12:00:15.000Z',
    });
    expect(at(20, 0)).toEqual([report!]);
    expect(at(25, 1)).toEqual([]);
    expect(at(30, 0)).toEqual([]);
  });
});

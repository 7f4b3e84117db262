import { labelled, mergeExpositions } from './exposition.ts';

const text = (value: number) =>
  [
    '# HELP up_seconds Since its start.',
    '# TYPE up_seconds gauge',
    `up_seconds ${String(value)}`,
    '',
    '# HELP asked_total Requests.',
    '# TYPE asked_total counter',
    `asked_total{route="/a{b}"} ${String(value)}`,
    '',
  ].join('\n');

describe("an exposition in Prometheus's text format", () => {
  it('gets a label on every sample, before its own labels, and nowhere else', () => {
    expect(labelled(text(1), 'service', 'ingest')).toBe(
      [
        '# HELP up_seconds Since its start.',
        '# TYPE up_seconds gauge',
        'up_seconds{service="ingest"} 1',
        '',
        '# HELP asked_total Requests.',
        '# TYPE asked_total counter',
        'asked_total{service="ingest",route="/a{b}"} 1',
        '',
      ].join('\n'),
    );
  });

  it('is merged with others so that a metric is described once and its samples stay together', () => {
    const merged = mergeExpositions([labelled(text(1), 'service', 'a'), '# b does not answer\n', labelled(text(2), 'service', 'c')]);
    expect(merged.split('\n')).toEqual([
      '# b does not answer',
      '# HELP up_seconds Since its start.',
      '# TYPE up_seconds gauge',
      'up_seconds{service="a"} 1',
      'up_seconds{service="c"} 2',
      '# HELP asked_total Requests.',
      '# TYPE asked_total counter',
      'asked_total{service="a",route="/a{b}"} 1',
      'asked_total{service="c",route="/a{b}"} 2',
      '',
    ]);
  });
});

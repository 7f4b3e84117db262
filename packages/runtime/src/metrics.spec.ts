import { counter, createRegistry, gauge, secondsHistogram } from './metrics.ts';

describe('metrics', () => {
  it('take milliseconds and export seconds', async () => {
    const registry = createRegistry();
    const append = secondsHistogram(registry, 'graphtail_append_duration_seconds', 'An append.', ['graph']);
    append.observeMs(1500, { graph: 'g' });
    expect(await registry.metrics()).toContain('graphtail_append_duration_seconds_sum{graph="g"} 1.5');
    expect(append.startTimer({ graph: 'g' })()).toBeLessThan(1000);
  });

  it('refuse a name without a unit', () => {
    const registry = createRegistry();
    expect(() => secondsHistogram(registry, 'graphtail_append_ms', '')).toThrowError(TypeError);
    expect(() => counter(registry, 'graphtail_appends', '')).toThrowError(TypeError);
  });

  it('compute a gauge at each scrape', async () => {
    const registry = createRegistry();
    let figure = 1;
    gauge(registry, 'graphtail_log_facts', 'Facts.', ['graph'], (self) => self.set({ graph: 'g' }, figure));
    await registry.metrics();
    figure = 2;
    expect(await registry.metrics()).toContain('graphtail_log_facts{graph="g"} 2');
  });
});

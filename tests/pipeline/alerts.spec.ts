import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@graphtail/client';
import type { Fact } from '@graphtail/facts';
import { connect as connectRedis } from '@graphtail/log';
import { NotProvided } from '../../scripts/provide/programs.ts';
import { eventually } from '../support/eventually.ts';
import { startAlertmanager, type Monitoring } from '../support/monitoring.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

type Alert = { alert_id: string; name: string; state: string; acknowledged: { by: string; note: string } | null };
type Told = { readonly type: string; readonly name: string };

function isAlert(fact: Fact): fact is Extract<Fact, { entity_type: 'alert' }> {
  return fact.entity_type === 'alert';
}

describe('An alert', () => {
  let pipeline: Pipeline;
  let alertmanager: Monitoring | undefined;
  let missing = '';

  beforeAll(async () => {
    pipeline = await startPipeline();
    const config = await readFile(join(import.meta.dirname, '../../ops/alertmanager/alertmanager.yml'), 'utf8');
    alertmanager = await startAlertmanager(
      config.replace('http://gateway:8000', pipeline.url).replace('group_interval: 15s', 'group_interval: 1s'),
    ).catch((error: unknown) => {
      if (!(error instanceof NotProvided)) throw error;
      missing = error.message;
      return undefined;
    });
  }, 120_000);
  afterAll(async () => {
    await alertmanager?.stop();
    await pipeline.stop();
  }, 30_000);

  const post = async (path: string, body: unknown): Promise<void> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${alertmanager!.url}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  const fire = (name: string, more: object = {}) =>
    post('/api/v2/alerts', [{ labels: { alertname: name, severity: 'critical' }, annotations: { summary: `${name} is so` }, ...more }]);
  const alert = async (name: string): Promise<Alert | undefined> =>
    (await pipeline.get<{ alerts: Alert[] }>('/api/alerts')).alerts.find((each) => each.name === name);

  /** What a subscriber with a durable cursor is told until it was told of an alert; then it leaves. */
  async function toldUntil(consumer: string, name: string, type: string): Promise<Told[]> {
    const told: Told[] = [];
    const subscription = connect({ url: pipeline.url, graph: '_alerts', consumer });
    try {
      for await (const { facts } of subscription) {
        for (const { event_type, data } of facts.filter(isAlert)) {
          told.push({ type: event_type, name: data.name });
          if (event_type === type && data.name === name) return told;
        }
      }
    } finally {
      await subscription.close();
    }
    return told;
  }

  it('of Alertmanager reaches a subscriber as a fact, and one that was away from the log; silenced ones reach nobody', async () => {
    if (alertmanager === undefined) pending(missing);
    const matcher = { name: 'alertname', value: 'Silenced', isRegex: false };
    const [startsAt, endsAt] = [new Date(), new Date(Date.now() + 3_600_000)];
    await post('/api/v2/silences', { matchers: [matcher], startsAt, endsAt, createdBy: 'spec', comment: 'planned' });
    await fire('Silenced');
    await fire('Loud');
    await toldUntil('on-call', 'Loud', 'alert_raised');
    await fire('Loud', { endsAt: new Date() });
    await eventually(async () => (await alert('Loud'))?.state === 'resolved', 60_000);
    expect((await toldUntil('late', 'Loud', 'alert_resolved')).filter(({ name }) => name === 'Loud')).toEqual([
      { type: 'alert_raised', name: 'Loud' },
      { type: 'alert_resolved', name: 'Loud' },
    ]);
    expect(await alert('Silenced')).toBeUndefined();
  }, 120_000);

  it('of the monitor of npm start is raised by the rules for Prometheus, and can be acknowledged', async () => {
    const redis = connectRedis(`unix://${join(pipeline.dataDir, 'redis/redis.sock')}`);
    const isFiring = async (): Promise<boolean> => (await alert('GraphtailLogTruncated'))?.state === 'firing';
    // A rule sees an increase from its second look on: what is lost before the first look raises nothing.
    for (let losses = 0; losses < 4 && !(await isFiring()); losses++) {
      await redis.flushall();
      await eventually(isFiring, 15_000).catch(() => undefined);
    }
    redis.disconnect();
    const { alert_id: id } = (await alert('GraphtailLogTruncated'))!;
    await pipeline.post(`/api/alerts/${id}/ack`, { name: 'on call', note: 'Known.' });
    expect((await alert('GraphtailLogTruncated'))?.acknowledged).toEqual(jasmine.objectContaining({ by: 'on call', note: 'Known.' }));
  }, 120_000);
});

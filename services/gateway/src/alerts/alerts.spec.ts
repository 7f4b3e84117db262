import type { Server } from 'node:http';
import { ALERTS_LOG, type Fact } from '@graphtail/facts';
import { connect, decodeFacts, openLog } from '@graphtail/log';
import { closeServer, createLogger, createRegistry, Guard, listen, portOf } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { NOWHERE } from '../upstreams/addresses.ts';
import { Upstreams } from '../upstreams/upstreams.ts';

type Row = Record<string, unknown>;
type Started = { gateway: Gateway; front: Server; redis: Redis };

describe('/api/alerts', () => {
  let server: TestRedis;
  let redis: Redis;
  let gateways: Started[];

  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  beforeEach(async () => {
    await redis.flushall();
    gateways = [await start(), await start()];
  });
  afterEach(async () => {
    for (const { gateway, front, redis: own } of gateways) {
      gateway.close();
      await closeServer(front, 50);
      own.disconnect();
    }
  });

  async function start(): Promise<Started> {
    const own = connect(server.url);
    const gateway = createGateway({
      logger: createLogger('test', 'silent'),
      registry: createRegistry(),
      guard: new Guard({ host: '127.0.0.1', allowHost: [] }),
      redis: own,
      upstreams: new Upstreams(NOWHERE),
      dashboardDir: '/nowhere',
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    });
    return { gateway, front: await listen(gateway.app, { host: '127.0.0.1', port: 0 }), redis: own };
  }

  async function ask(method: string, path: string, body?: unknown, at = 0): Promise<{ status: number; body: Row }> {
    const response = await fetch(`http://127.0.0.1:${String(portOf(gateways[at]!.front))}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Row };
  }
  const reported = (name: string, status: 'firing' | 'resolved', startsAt = '2026-01-31T12:00:00.123456789Z', severity = 'warning') => ({
    status,
    labels: { alertname: name, severity, job: 'notifier' },
    annotations: { summary: `${name} is so`, description: 'It is 70 ms.', runbook: 'Look.' },
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://127.0.0.1:9090/graph',
    fingerprint: `print-${name}`,
  });
  /** The body that Alertmanager 0.25 sends. */
  const webhook = (...alerts: object[]) => ({
    receiver: 'graphtail',
    status: 'firing',
    alerts,
    groupLabels: { alertname: 'x' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://127.0.0.1:9093',
    version: '4',
    groupKey: '{}:{alertname="x"}',
    truncatedAlerts: 0,
  });
  const post = (...alerts: object[]) => ask('POST', '/api/alerts', webhook(...alerts));
  const alerts = async (query = '', at = 0) => (await ask('GET', `/api/alerts${query}`, undefined, at)).body;
  async function facts(): Promise<Fact[]> {
    const { batches } = await openLog(redis, ALERTS_LOG).readAfter('0-0' as never);
    return batches.flatMap((batch) => decodeFacts(batch, batch.prev));
  }

  it('makes a fact of an alert that begins and of its end, and none of what is told again', async () => {
    expect((await post(reported('Slow', 'firing'))).body).toEqual({ received: 1, raised: ['print-Slow'], resolved: [] });
    expect((await post(reported('Slow', 'firing'))).body).toEqual({ received: 1, raised: [], resolved: [] });
    expect((await post(reported('Slow', 'resolved'))).body).toEqual({ received: 1, raised: [], resolved: ['print-Slow'] });
    expect((await post(reported('Slow', 'resolved'), reported('Unknown', 'resolved'))).body).toEqual({
      received: 2,
      raised: [],
      resolved: [],
    });
    const data = {
      alert_id: 'print-Slow',
      name: 'Slow',
      severity: 'warning',
      summary: 'Slow is so',
      labels: { alertname: 'Slow', severity: 'warning', job: 'notifier' },
      annotations: { description: 'It is 70 ms.', runbook: 'Look.' },
      starts_at: '2026-01-31T12:00:00.123Z',
    };
    const common = { entity_type: 'alert', entity_id: 'print-Slow', data };
    expect((await facts()).map(({ offset: _, timestamp: __, ...fact }) => fact)).toEqual([
      { event_type: 'alert_raised', ...common },
      { event_type: 'alert_resolved', ...common },
    ] as never);
  });

  it('raises an alert again if it began again, and not if an old report arrives late', async () => {
    await post(reported('Slow', 'firing'));
    await post(reported('Slow', 'resolved'));
    await post(reported('Slow', 'firing'));
    expect((await alerts())['firing']).toBe(0);
    await post(reported('Slow', 'firing', '2026-01-31T13:00:00Z'));
    const [row] = (await alerts())['alerts'] as Row[];
    expect(row).toEqual(jasmine.objectContaining({ state: 'firing', starts_at: '2026-01-31T13:00:00.000Z', acknowledged: null }));
    expect((row?.['episodes'] as Row[]).map(({ resolved_at: end }) => end === null)).toEqual([true, false]);
  });

  it('is the same at every gateway, and after a restart', async () => {
    await post(reported('Slow', 'firing'));
    expect((await ask('POST', '/api/alerts', webhook(reported('Slow', 'firing')), 1)).body['raised']).toEqual([]);
    const [here, there] = [await alerts(), await alerts('', 1)];
    expect(here).toEqual(there);
    gateways.push(await start());
    expect(await alerts('', 2)).toEqual(here);
  });

  it('lists what fires first, the most severe of it first, and what is resolved last', async () => {
    await post(reported('Over', 'firing', undefined, 'critical'), reported('Low', 'firing'));
    await post(reported('High', 'firing', undefined, 'critical'), reported('Later', 'firing'));
    await post(reported('Over', 'resolved'));
    const names = (body: Row) => (body['alerts'] as Row[]).map(({ name }) => name);
    expect(names(await alerts())).toEqual(['High', 'Later', 'Low', 'Over']);
    expect(names(await alerts('?state=resolved'))).toEqual(['Over']);
    expect(names(await alerts('?limit=2&offset=1'))).toEqual(['Later', 'Low']);
    expect(await alerts('?limit=1')).toEqual(jasmine.objectContaining({ total: 4, firing: 3, unacknowledged: 3 }));
  });

  it('takes one acknowledgement of a firing, with a name and a note', async () => {
    await post(reported('Slow', 'firing'));
    const ack = (body: object) => ask('POST', '/api/alerts/print-Slow/ack', body);
    const first = await ack({ name: 'on call', note: 'I look.' });
    expect([first.status, first.body['acknowledged']]).toEqual([200, { at: jasmine.any(String), by: 'on call', note: 'I look.' }]);
    expect((await ack({ name: 'Bob' })).body).toEqual(first.body);
    expect((await alerts())['unacknowledged']).toBe(0);
    expect((await facts()).at(-1)).toEqual(
      jasmine.objectContaining({
        event_type: 'alert_acknowledged',
        data: jasmine.objectContaining({ acknowledged_by: 'on call', note: 'I look.' }),
      }),
    );
    await post(reported('Slow', 'resolved'));
    await post(reported('Slow', 'firing', '2026-01-31T13:00:00Z'));
    expect((await alerts())['unacknowledged']).toBe(1);
    expect((await ask('POST', '/api/alerts/print-Slow/ack')).body['acknowledged']).toEqual(jasmine.objectContaining({ by: 'anyone' }));
  });

  it('refuses what is not a webhook, and an acknowledgement of what is not known', async () => {
    expect((await ask('POST', '/api/alerts/none/ack', {})).status).toBe(404);
    for (const [body, field] of [
      [{}, 'alerts'],
      [webhook({ ...reported('Slow', 'firing'), startsAt: 'yesterday' }), 'alerts.0.startsAt'],
      [webhook({ ...reported('Slow', 'firing'), status: 'maybe' }), 'alerts.0.status'],
      [{ ...webhook(), more: 1 }, 'more'],
    ] as const) {
      const { status, body: problem } = await ask('POST', '/api/alerts', body);
      expect([status, problem['field']]).toEqual([400, field]);
    }
  });

  it('takes a report that has only labels', async () => {
    const { body } = await ask('POST', '/api/alerts', { alerts: [{ status: 'firing', labels: { alertname: 'Own' } }] });
    expect(body['raised']).toEqual([jasmine.stringMatching(/^[0-9a-f]{16}$/)]);
    expect((await alerts())['alerts']).toEqual([
      jasmine.objectContaining({ name: 'Own', summary: 'Own', severity: 'none', annotations: {} }),
    ]);
  });
});

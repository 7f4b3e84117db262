import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from '@graphtail/log';
import { closeServer, createLogger, createRegistry, Guard, listen, portOf } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { eventually } from '../../../../tests/support/eventually.ts';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { NOWHERE } from '../upstreams/addresses.ts';
import { Upstreams } from '../upstreams/upstreams.ts';
import type { Figures } from './figures.ts';
import { quantile } from './rates.ts';
import { samplesIn } from './samples.ts';

/** A service whose counters grow with each scrape. */
async function exporter(text: (scrape: number) => string): Promise<Server> {
  let scrapes = 0;
  const server = createServer((request, response) => {
    if (request.url === '/metrics') response.end(text(scrapes++));
    else response.writeHead(request.url === '/ready' ? 200 : 404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const urlOf = (server: Server): string => `http://127.0.0.1:${String(portOf(server))}`;

const notifier = (scrape: number, pid: number): string => `
# HELP graphtail_delivery_latency_seconds help
# TYPE graphtail_delivery_latency_seconds histogram
graphtail_delivery_latency_seconds_bucket{le="0.01"} ${String(50 * scrape)}
graphtail_delivery_latency_seconds_bucket{le="0.012"} ${String(90 * scrape)}
graphtail_delivery_latency_seconds_bucket{le="0.025"} ${String(100 * scrape)}
graphtail_delivery_latency_seconds_bucket{le="+Inf"} ${String(100 * scrape)}
graphtail_facts_delivered_total{transport="websocket"} ${String(1000 * scrape)}
graphtail_subscriber_lag_facts{graph="shop",consumer="a \\"b\\""} 7
graphtail_subscribers{transport="websocket",mode="live"} 3
graphtail_process_pid ${String(pid)}
process_resident_memory_bytes 1000000
process_start_time_seconds 1769860800
nodejs_eventloop_lag_p99_seconds 0.0${String(pid)}
graphtail_redis_memory_used_bytes 5
`;

describe('/api/ops', () => {
  let server: TestRedis;
  let redis: Redis;
  let gateway: Gateway;
  let front: Server;
  let services: Server[];

  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
    services = [await exporter((scrape) => notifier(scrape, 11)), await exporter((scrape) => notifier(scrape, 12))];
    gateway = createGateway({
      logger: createLogger('test', 'silent'),
      registry: createRegistry(),
      guard: new Guard({ host: '127.0.0.1', allowHost: [] }),
      redis,
      upstreams: new Upstreams({ ...NOWHERE, notifier: services.map(urlOf), ingest: ['http://127.0.0.1:1'] }),
      dashboardDir: '/nowhere',
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    });
    front = await listen(gateway.app, { host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    gateway.close();
    await closeServer(front, 50);
    for (const each of services) each.close();
    redis.disconnect();
    await server.stop();
  });

  it('puts the figures of all processes of all services together', async () => {
    const response = await fetch(`${urlOf(front)}/api/ops`);
    const ops = (await response.json()) as Figures;
    expect(response.status).toBe(200);
    const { notifier: both, ingest, gateway: own } = ops.services;
    expect(both).toEqual(jasmine.objectContaining({ answers: true, pid: 11, rss: 2_000_000, event_loop_delay_ms: 12, restarts: null }));
    expect(both.processes.map(({ pid }) => pid)).toEqual([11, 12]);
    expect(both.started_at).toBe('2026-01-31T12:00:00.000Z');
    expect(ingest).toEqual(jasmine.objectContaining({ answers: false, pid: null, rss: 0 }));
    expect(own).toEqual(jasmine.objectContaining({ answers: true, pid: process.pid }));
    expect(own.rss).toBeGreaterThan(1_000_000);
    expect(ops.delivery).toEqual(jasmine.objectContaining({ p50_ms: 10, p95_ms: 18.5, subscribers: 6 }));
    expect(ops.delivery.facts_per_second).toBeGreaterThan(0);
    expect(ops.consumers[0]).toEqual({ graph: 'shop', name: 'a "b"', lag: 7 });
    expect(ops.redis).toEqual(jasmine.objectContaining({ memory: 5, restarts: null }));
  });

  it('is sent again and again to a stream, and to no stream that has ended', async () => {
    const response = await fetch(`${urlOf(front)}/sse/ops`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.getReader();
    let received = '';
    await eventually(async () => {
      received += new TextDecoder().decode((await reader.read()).value);
      return received.split('event: ops').length > 2;
    });
    const frame = JSON.parse(/data: (.*)/.exec(received)![1]!) as Figures;
    expect(frame.services.notifier.processes.length).toBe(2);
    await reader.cancel();
  });
});

describe('a text in Prometheus’s format', () => {
  it('is read with labels of any text, and values of any kind', () => {
    expect(samplesIn('# HELP a b\na 1\nb{x="y, \\"z\\"\\n",le="+Inf"} +Inf 123\n', { job: 'j' })).toEqual([
      { name: 'a', labels: { job: 'j' }, value: 1 },
      { name: 'b', labels: { x: 'y, "z"\n', le: '+Inf', job: 'j' }, value: Infinity },
    ]);
  });
});

describe('a quantile', () => {
  const buckets = (...counts: [string, number][]) => counts.map(([le, value]) => ({ labels: { le }, value }));

  it('is interpolated in its bucket, adds up series, and is none of nothing', () => {
    expect(quantile(0.5, [...buckets(['1', 5], ['2', 10], ['+Inf', 10]), ...buckets(['1', 5], ['2', 10], ['+Inf', 10])])).toBe(1);
    expect(quantile(0.75, buckets(['1', 5], ['2', 10], ['+Inf', 10]))).toBe(1.5);
    expect(quantile(0.99, buckets(['1', 5], ['2', 10], ['+Inf', 100]))).toBe(2);
    expect(quantile(0.5, buckets(['1', 0], ['+Inf', 0]))).toBeUndefined();
  });
});

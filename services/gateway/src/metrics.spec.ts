import type { Server } from 'node:http';
import { closeServer, counter, createApp, createLogger, createRegistry, finishApp, Guard, listen, portOf } from '@graphtail/runtime';
import { systemMetrics } from './metrics.ts';
import { Services } from './services.ts';
import { Deliveries } from './upstreams/delivery.ts';
import { Upstreams } from './upstreams/upstreams.ts';

describe("the gateway's /metrics", () => {
  const logger = createLogger('test', 'silent');
  const guard = new Guard({ host: '127.0.0.1', allowHost: [] });
  const servers: Server[] = [];
  let front: string;

  /** A service with one counter, as the runtime makes it. */
  async function service(name: string, value: number): Promise<string> {
    const registry = createRegistry();
    counter(registry, 'graphtail_things_total', 'Things.', ['kind']).inc({ kind: name }, value);
    const app = createApp({ name, logger, registry, guard, health: () => Promise.resolve({ status: 'ok' }), ready: () => true });
    return started(app);
  }
  async function started(app: Parameters<typeof listen>[0]): Promise<string> {
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    servers.push(server);
    return `http://127.0.0.1:${String(portOf(server))}`;
  }
  const get = async (path: string) => {
    const response = await fetch(front + path);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  beforeAll(async () => {
    const [ingest, projector] = [await service('ingest', 3), await service('projector', 5)];
    const registry = createRegistry();
    const upstreams = new Upstreams({ ingest: [ingest], projector: [projector], notifier: ['http://127.0.0.1:9'] });
    const metrics = systemMetrics(new Services(upstreams, new Deliveries(upstreams), guard), registry);
    const app = createApp({
      name: 'gateway',
      logger,
      registry,
      guard,
      health: () => Promise.resolve({ status: 'ok' }),
      ready: () => true,
      metrics,
    });
    finishApp(app);
    front = await started(app);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => closeServer(server, 50)));
  });

  it('has what all services export, each sample with its service, and says which service does not answer', async () => {
    const { status, type, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('# notifier does not answer\n');
    expect(text).toContain('graphtail_things_total{service="ingest",kind="ingest"} 3\n');
    expect(text).toContain('graphtail_things_total{service="projector",kind="projector"} 5\n');
    expect(text).toMatch(/^process_resident_memory_bytes\{service="gateway"\} \d+$/m);
    expect(text.match(/^# TYPE process_resident_memory_bytes gauge$/gm)?.length).toBe(1);
  });

  it("is one service's own text with ?service=", async () => {
    const { text } = await get('/metrics?service=projector');
    expect(text).toContain('graphtail_things_total{kind="projector"} 5\n');
    expect(text).not.toContain('service=');
  });

  it('fails for a service that does not answer, so that its scrape counts as down', async () => {
    expect((await get('/metrics?service=notifier')).status).toBe(503);
  });

  it('refuses an unknown service', async () => {
    const { status, text } = await get('/metrics?service=redis');
    expect(status).toBe(400);
    expect((JSON.parse(text) as { field: string }).field).toBe('service');
  });
});

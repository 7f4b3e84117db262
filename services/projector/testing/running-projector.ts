import { Jobs, connect, type Retention } from '@graphtail/log';
import { closeServer, createLogger, createRegistry, Guard, listen, portOf, Troubles, type Registry } from '@graphtail/runtime';
import { Graphs } from '../src/folding/graphs.ts';
import { observeFolds, projectorMetrics } from '../src/folding/metrics.ts';
import { projectorApp } from '../src/http/app.ts';
import { poolMetrics } from '../src/pool/metrics.ts';
import { QueryPool, type PoolLimits } from '../src/pool/query-pool.ts';

/** The body of an answer, unchecked: a spec that is wrong about its shape fails anyway. */
export type Json = ReturnType<typeof JSON.parse>;
export type Answer = { status: number; offset: string | null; tag: string | null; body: Json };

export type RunningProjector = {
  readonly url: string;
  readonly graphs: Graphs;
  readonly pool: QueryPool;
  readonly metrics: Registry;
  ask(path: string, init: RequestInit, json?: boolean): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: object): Promise<Answer>;
  text(path: string, accept: string): Promise<string>;
  close(): Promise<void>;
};

export type ProjectorSettings = { readonly retention?: Retention; readonly limits?: Partial<PoolLimits>; readonly jwtSecret?: string };

/** Starts the projector with the same parts as main.ts, in this process and on a free port. */
export async function startProjector(
  redisUrl: string,
  { retention = {}, limits = {}, jwtSecret }: ProjectorSettings = {},
): Promise<RunningProjector> {
  const logger = createLogger('projector', 'silent');
  const metrics = createRegistry();
  const redis = connect(redisUrl, { name: 'projector-spec' });
  const openBlocking = () => connect(redisUrl, { name: 'projector-spec-tail', blocking: true });
  const graphs = new Graphs({ redis, openBlocking, logger, retention, metrics: projectorMetrics(metrics) });
  observeFolds(metrics, () => graphs.all().map((graph) => graph.fold));
  const pool = new QueryPool({ redisUrl, logger, metrics: poolMetrics(metrics), limits });
  const troubles = new Troubles(logger, metrics);
  const app = projectorApp({
    graphs,
    pool,
    jobs: new Jobs(redis),
    redis,
    logger,
    registry: metrics,
    guard: new Guard({ host: '127.0.0.1', allowHost: [], jwtSecret }),
    troubles,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${String(portOf(server))}`;
  graphs.start();

  const ask = async (path: string, init: RequestInit = {}, json = true): Promise<Answer> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    const [offset, tag] = ['graphtail-offset', 'etag'].map((name) => response.headers.get(name));
    return { status: response.status, offset: offset!, tag: tag!, body: json && text !== '' ? (JSON.parse(text) as unknown) : undefined };
  };
  return {
    url,
    graphs,
    pool,
    metrics,
    ask,
    get: (path) => ask(path),
    post: (path, body = {}) => ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    text: async (path, accept) => (await fetch(url + path, { headers: { accept } })).text(),
    async close() {
      troubles.close();
      await closeServer(server, 0);
      await pool.close();
      await graphs.close(2_000);
      redis.disconnect();
    },
  };
}

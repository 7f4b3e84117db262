import { fork } from 'node:child_process';
import { once } from 'node:events';
import { RELATIONSHIP_TYPES, type RelationshipType } from '@graphtail/facts';
import { GraphRegistry, connect, openLog } from '@graphtail/log';
import { Budget } from '../services/projector/src/queries/budget.ts';
import { breadthFirst, depthFirst } from '../services/projector/src/queries/walk.ts';
import { added, folded, nodeNamed, related } from '../services/projector/testing/facts.ts';
import { syntheticFacts } from '../services/projector/testing/synthetic-graph.ts';
import { producerFor } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import { expensiveQuestions, type HeavyOrder } from './heavy-clients.ts';
import { alternately, measurement, quantile, type Measurement } from './measurement.ts';
import { serve } from './process-memory.ts';

const PROJECTOR = new URL('../services/projector/src/main.ts', import.meta.url);
const NODES = 12_000;
const HEAVY = 10;
const MEASURED_MS = 6_000;
const CHEAP_EVERY_MS = 4;

/**
 * What expensive queries cost everybody else: the 95th percentile of stats, asked for every few milliseconds, while ten clients walk,
 * export, search and look at the past without a pause, against the same without them. And a depth-first walk both ways from a hub
 * of a graph full of hubs, against the breadth-first one.
 */
export async function measureHeavy(): Promise<Measurement[]> {
  return [...(await measureInterference()), await measureWalk()];
}

async function measureInterference(): Promise<Measurement[]> {
  const redis = await startRedis();
  const connection = connect(redis.url);
  await new GraphRegistry(connection).add('heavy', '/heavy');
  const facts = syntheticFacts(NODES);
  const producer = await producerFor(openLog(connection, 'heavy'));
  await producer.append(batchesOf(facts), () => undefined);
  const projector = await serve(PROJECTOR, { GRAPHTAIL_REDIS_URL: redis.url, GRAPHTAIL_PORT: '0', GRAPHTAIL_LOG_LEVEL: 'error' });
  const url = `http://127.0.0.1:${String(projector.port)}/api/graph`;
  while ((await fetch(`${url}/stats`)).status !== 200);
  const start = facts[1]!.entity_id;
  await Promise.all(expensiveQuestions(start).map((ask) => ask(url))); // the thread has begun, and what is compiled is compiled
  const clients = fork(new URL('heavy-clients.ts', import.meta.url), [url, start, String(HEAVY)], { execPath: process.execPath });
  await once(clients, 'message');
  const tell = async (what: HeavyOrder): Promise<number> => {
    clients.send(what);
    const [answered] = (await once(clients, 'message')) as [number];
    return answered;
  };
  let answered = 0;
  const [idle, loaded] = await alternately(
    2,
    () => cheapP95(url),
    async () => {
      await tell('begin');
      const p95 = await cheapP95(url);
      answered = await tell('end');
      return p95;
    },
  );
  clients.disconnect();
  await projector.stop();
  connection.disconnect();
  await redis.stop();
  return [
    measurement(`stats p95 amid ${String(HEAVY)} heavy clients`, loaded, 'ms', 'without them', idle),
    measurement('… heavy answers meanwhile', answered / (2 * (MEASURED_MS / 1000)), 'answers/s', 'clients', HEAVY),
  ];
}

/** Asked for in a steady rhythm: a client that waits for its answers would ask less of a busy server. */
async function cheapP95(url: string): Promise<number> {
  const took: Promise<number>[] = [];
  const began = performance.now();
  while (performance.now() - began < MEASURED_MS) {
    const asked = performance.now();
    took.push(
      fetch(`${url}/stats`)
        .then((response) => response.text())
        .then(() => performance.now() - asked),
    );
    await new Promise((resolve) => setTimeout(resolve, CHEAP_EVERY_MS));
  }
  return quantile(await Promise.all(took), 0.95);
}

/** Every hub calls every leaf and every other hub. */
async function measureWalk(): Promise<Measurement> {
  const hubs = Array.from({ length: 20 }, (_, i) => `a.ts#hub${String(i)}`);
  const leaves = Array.from({ length: 1_000 }, (_, i) => `b.ts#leaf${String(i)}`);
  const calls = hubs.flatMap((hub) => [...hubs, ...leaves].map((other) => related(hub, 'calls' satisfies RelationshipType, other)));
  const graph = folded([...[...hubs, ...leaves].map((id) => added(nodeNamed(id))), ...calls.map(added)]);
  const walk = (how: typeof depthFirst) => (): Promise<number> => {
    const began = performance.now();
    const budget = new Budget(1e7);
    how(graph, { starts: [nodeNamed(hubs[0]!)], direction: 'both', maxDepth: 15, typesFrom: () => RELATIONSHIP_TYPES, budget });
    return Promise.resolve(performance.now() - began);
  };
  const [deep, wide] = await alternately(5, walk(depthFirst), walk(breadthFirst));
  return measurement('dfs, both, depth 15, among hubs', deep, 'ms', 'bfs', wide);
}

function* batchesOf<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let i = 0; i < items.length; i += 200) yield items.slice(i, i + 200);
}

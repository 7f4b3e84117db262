import { seqOf, type Offset } from '@graphtail/facts';
import { GraphRegistry, connect, openLog } from '@graphtail/log';
import { syntheticFacts } from '../services/projector/testing/synthetic-graph.ts';
import { producerFor } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import { measurement, median, type Measurement } from './measurement.ts';
import { serve } from './process-memory.ts';

const PROJECTOR = new URL('../services/projector/src/main.ts', import.meta.url);
/** Number of facts in the log, and of nodes in a synthetic graph of that many facts. */
const SIZES = [
  [100_000, 20_700],
  [1_000_000, 207_000],
] as const;
const AT_ONCE = 24;
const AMIDST = 0.6;

/**
 * Questions about the past of logs of 100,000 and of a million facts: the first one, by a projector that has not been asked before,
 * the same one again, and 24 at once, each about another offset. The baseline is the same question about the head. A rebuild of the
 * whole state, during which stats are asked for all the time: how many answers were not of the head.
 */
export async function measurePast(): Promise<Measurement[]> {
  const figures: Measurement[] = [];
  for (const [facts, nodes] of SIZES) figures.push(...(await measured(facts, nodes)));
  return figures;
}

async function measured(facts: number, nodes: number): Promise<Measurement[]> {
  const redis = await startRedis();
  const connection = connect(redis.url);
  await new GraphRegistry(connection).add('past', '/past');
  const log = openLog(connection, 'past');
  const all = syntheticFacts(nodes);
  const producer = await producerFor(log);
  await producer.append(batchesOf(all), () => undefined);
  const head = producer.position!.head;
  const projector = await serve(PROJECTOR, { GRAPHTAIL_REDIS_URL: redis.url, GRAPHTAIL_PORT: '0', GRAPHTAIL_LOG_LEVEL: 'error' });
  const url = `http://127.0.0.1:${String(projector.port)}/api/graph`;
  const stats = async (at?: Offset): Promise<{ ms: number; status: number; nodes: number }> => {
    const began = performance.now();
    const response = await fetch(`${url}/stats${at === undefined ? '' : `?at=${at}`}`);
    const { total_nodes } = (await response.json()) as { total_nodes: number };
    return { ms: performance.now() - began, status: response.status, nodes: total_nodes };
  };
  try {
    while ((await stats()).status !== 200);
    const atHead = median(await Promise.all(Array.from({ length: 20 }, async () => (await stats()).ms)));
    const baseline = 'at the head';
    const at = (share: number): Offset => head.replace(/\d+$/, String(Math.floor(seqOf(head) * share))) as Offset;
    const cold = await stats(at(AMIDST));
    const warm: number[] = [];
    for (let i = 0; i < 20; i++) warm.push((await stats(at(AMIDST))).ms);
    const began = performance.now();
    const many = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => stats(at((((i * 7) % AT_ONCE) + 0.5) / AT_ONCE))));
    const manyMs = performance.now() - began;
    const name = `${facts.toLocaleString('en')} facts`;
    const rebuilt = await rebuiltMeanwhile(url, stats, (await stats()).nodes);
    return [
      measurement(`at=, cold, ${name}`, cold.ms, 'ms', baseline, atHead),
      measurement(`at=, warm, ${name}`, median(warm), 'ms', baseline, atHead),
      measurement(`${String(AT_ONCE)} at once, the last, ${name}`, manyMs, 'ms', 'one, cold', cold.ms),
      measurement('… answered', many.filter(({ status }) => status === 200).length, 'answers', 'asked', AT_ONCE),
      measurement(`rebuild, ${name}`, rebuilt.ms, 'ms', 'one past state, cold', cold.ms),
      measurement('… wrong answers meanwhile', rebuilt.wrong, 'answers', 'answers', rebuilt.answers),
    ];
  } finally {
    await projector.stop();
    connection.disconnect();
    await redis.stop();
  }
}

async function rebuiltMeanwhile(url: string, stats: () => Promise<{ status: number; nodes: number }>, nodes: number) {
  const refolds = async (): Promise<string | undefined> => {
    const metrics = await (await fetch(new URL('/metrics', url))).text();
    return /refolds_total\{[^}]*requested[^}]*\} (\d+)/.exec(metrics)?.[1];
  };
  const began = performance.now();
  await fetch(`${url}/admin/rebuild`, { method: 'POST' });
  let answers = 0;
  let wrong = 0;
  while ((await refolds()) === undefined) {
    const answer = await stats();
    answers++;
    if (answer.status !== 200 || answer.nodes !== nodes) wrong++;
  }
  return { ms: performance.now() - began, answers, wrong };
}

function* batchesOf<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let i = 0; i < items.length; i += 200) yield items.slice(i, i + 200);
}

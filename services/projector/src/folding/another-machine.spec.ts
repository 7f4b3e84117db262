import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORIGIN, emptyState, evolve, seqOf, stateDigest, type Fact, type GraphState, type Offset } from '@graphtail/facts';
import { GraphRegistry, Snapshots, connect, decodeFacts, openLog, type FactLog } from '@graphtail/log';
import { eventually } from '../../../../tests/support/eventually.ts';
import { nodeAdded, producerFor } from '../../../../tests/support/log.ts';
import { nodeNamed } from '../../../../tests/support/nodes.ts';
import { freePort, startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import type { Json } from '../../testing/running-projector.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;

describe('A projector on another machine', () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let log: FactLog;
  let snapshots: Snapshots;
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    server = await startRedis();
    redis = connect(server.url);
    await new GraphRegistry(redis).add('g', '/');
    log = openLog(redis, 'g');
    snapshots = new Snapshots(redis, log);
    folder = mkdtempSync(join(tmpdir(), 'graphtail-machine-'));
  });
  afterEach(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    redis.disconnect();
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  async function append(from: number, to: number): Promise<void> {
    const names = Array.from({ length: to - from }, (_, i) => nodeAdded(nodeNamed(`n${String(from + i)}`)));
    await (await producerFor(log)).append([names], () => undefined);
  }

  /** The state that the whole log amounts to. */
  async function folded(): Promise<GraphState> {
    const { batches } = await log.readAfter(ORIGIN);
    return batches.flatMap((batch): Fact[] => decodeFacts(batch, batch.prev)).reduce(evolve, emptyState());
  }

  async function save(): Promise<Offset> {
    const { head, digest } = await log.state();
    expect(await snapshots.save(head, digest, await folded())).toBeTrue();
    return head;
  }

  /** A log of 30 facts, of which the first 10 are held by snapshots only: at 10 and at 20. */
  async function trimmedLog(): Promise<{ older: Offset; newer: Offset; digest: string }> {
    await append(0, 10);
    const older = await save();
    await append(10, 20);
    const newer = await save();
    await append(20, 30);
    const digest = stateDigest(await folded());
    expect((await log.trim(newer, 0)).floor).toBe(older);
    return { older, newer, digest };
  }

  /** A process of its own, that begins with nothing but the address of Redis; gives the state that it answers with. */
  async function startedElsewhere(): Promise<Json> {
    const port = await freePort();
    child = fork(MAIN, {
      cwd: folder,
      env: { PATH: process.env['PATH'], GRAPHTAIL_REDIS_URL: server.url, GRAPHTAIL_PORT: String(port), GRAPHTAIL_LOG_LEVEL: 'silent' },
    });
    const { head } = await log.state();
    const answer = async (): Promise<Response | undefined> =>
      fetch(`http://127.0.0.1:${String(port)}/api/graph/stats?min_offset=${head}`).catch(() => undefined);
    await eventually(async () => (await answer())?.ok === true);
    expect(readdirSync(folder)).toEqual([]);
    return (await answer())!.json();
  }

  it('starts from a snapshot and the facts after it, although the log has lost its beginning', async () => {
    const { digest } = await trimmedLog();
    const { total_nodes, state_digest, offset } = await startedElsewhere();
    expect([total_nodes, state_digest, seqOf(offset)]).toEqual([30, digest, 30]);
  });

  it('starts from the snapshot before if the newest is damaged: trimming has kept everything that this needs', async () => {
    const { older, newer, digest } = await trimmedLog();
    const [chunk] = (await redis.keys(`*:snapshot:${newer}:*`)).sort();
    await redis.setrange(chunk!, 20, 'xxxx');
    const { total_nodes, state_digest } = await startedElsewhere();
    expect([total_nodes, state_digest]).toEqual([30, digest]);
    expect((await snapshots.newest())?.asOf).toBe(older);
  });
});

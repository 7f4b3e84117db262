import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewFact, Offset } from '@graphtail/facts';
import { GraphRegistry, connect, openLog, type FactLog } from '@graphtail/log';
import { producerFor } from '../../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { added, completed, deleted, digestOf, nodeUpdated } from '../../testing/facts.ts';
import { startProjector, type Json, type RunningProjector } from '../../testing/running-projector.ts';
import { ENTITIES, FETCH, HANDLER, PARSE, ROUTE, SHOW, smallGraph } from '../../testing/small-graph.ts';
import { BurstCollector } from './bursts.ts';
import { CommitCollector } from './commits.ts';
import { Churn } from './churn.ts';
import type { PastBatch } from './read-back.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('What changed over a range of the log', () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let log: FactLog;
  let projector: RunningProjector;
  let root: string;
  let analysed: Offset;
  let moved: Offset;
  let head: Offset;

  const append = async (...facts: NewFact[]): Promise<Offset> => {
    const producer = await producerFor(log);
    await producer.append([facts], () => undefined);
    return producer.position!.head;
  };
  const node = (id: string) => smallGraph().node(id)!;
  const ids = (items: readonly { node: { id: string } }[]) => items.map((item) => item.node.id);

  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
    root = mkdtempSync(join(tmpdir(), 'graphtail-changes-'));
    await new GraphRegistry(redis).add('g', root);
    log = openLog(redis, 'g');
    projector = await startProjector(server.url);
    analysed = await append(...ENTITIES.map(added), completed(digestOf(ENTITIES), 'a1', { commit: COMMIT, branch: 'main', dirty: false }));
    moved = await append(nodeUpdated(node(HANDLER), { start_line: 50, end_line: 59 }));
    head = await append(
      nodeUpdated(node('src/api.ts'), { content_hash: 'c2' }),
      nodeUpdated(node(PARSE), { signature: 'parseBody(text)' }),
      deleted(node('test/page.spec.ts')),
    );
  });

  afterAll(async () => {
    await projector.close();
    redis.disconnect();
    await server.stop();
    rmSync(root, { recursive: true });
  });

  const impactOf = (body: object) => projector.post('/api/graph/impact', body);

  it('affects the dependents of the nodes that changed in it; a node that only moved did not change', async () => {
    const { status, offset, body } = await impactOf({ from: moved });
    expect([status, offset, body.starts.map(({ id }: Json) => id), body.gone]).toEqual([200, head, [PARSE], ['test/page.spec.ts']]);
    expect(ids(body.affected)).toContain(SHOW);
    const { body: ofMove } = await impactOf({ from: analysed, to: moved });
    expect([ofMove.starts, ofMove.total, ofMove.as_of]).toEqual([[], 0, moved]);
  });

  it('begins at a commit: its place in the log is found by the beginning of its hash', async () => {
    const { status, body } = await projector.get(`/api/graph/commits?commit=${COMMIT.slice(0, 7)}&min_offset=${head}`);
    expect([status, body.commits]).toEqual([
      200,
      [{ commit: COMMIT, branch: 'main', dirty: false, offset: analysed, at: jasmine.any(String) }],
    ]);
    expect((await projector.get('/api/graph/commits?commit=abc')).body.commits).toEqual([]);
    expect((await projector.get('/api/graph/commits?commit=main')).body.field).toBe('commit');
  });

  it('is judged as every cursor is', async () => {
    const beyond = `${head.split('-')[0]!}-99999`;
    const { status, body } = await impactOf({ from: beyond });
    expect([status, body.code]).toEqual([409, 'CURSOR_IN_FUTURE']);
    expect((await impactOf({ from: '7' })).body.field).toBe('from');
  });

  it('is listed save by save, newest first, each with its files, its facts by kind and its reach', async () => {
    const { body } = await projector.get(`/api/graph/bursts?from=${moved}&min_offset=${head}`);
    const [newest] = body.bursts;
    expect([newest.to, newest.files.sort(), newest.counts]).toEqual([
      head,
      ['src/api.ts', 'test/page.spec.ts'],
      { node_updated: 2, node_deleted: 1 },
    ]);
    expect([body.bursts.length, newest.from]).toEqual([1, moved]);
    expect(newest.reach).toBe((await impactOf({ from: newest.from, to: newest.to })).body.total);
    expect(newest.reach).toBeGreaterThanOrEqual([FETCH, ROUTE, SHOW].length);
  });

  it('lists the files and nodes that changed most often', async () => {
    const { body } = await projector.get(`/api/graph/hot?from=${analysed}&min_offset=${head}`);
    expect(body.files.map(({ file_path, facts }: Json) => [file_path, facts])).toEqual([
      ['src/api.ts', 2],
      ['test/page.spec.ts', 1],
    ]);
    expect(body.nodes.map(({ id, node: now }: Json) => [id, now?.id ?? null])).toEqual([
      ['src/api.ts', 'src/api.ts'],
      [PARSE, PARSE],
      ['test/page.spec.ts', null],
    ]);
  });
});

describe('Commits', () => {
  const named = (seq: number, commit: string, dirty?: boolean) =>
    JSON.stringify({
      ...{ offset: `1-${String(seq)}`, timestamp: '2026-01-31T12:00:00.000Z', event_type: 'analysis_completed' },
      ...{ entity_type: 'analysis', entity_id: 'a', data: { git: { commit, branch: 'main', ...(dirty !== undefined && { dirty }) } } },
    });
  const batch = (...facts: string[]): PastBatch => ({ prev: '1-0' as Offset, through: '1-9' as Offset, appendedAt: 0, facts });

  it('are listed newest first, each at the oldest of the analyses in a row that name it', () => {
    const collector = new CommitCollector('', 9);
    collector.take(batch(named(8, 'aa'), named(9, 'bb', true)));
    collector.take(batch(named(5, 'bb', false), named(6, 'aa'), named(7, 'aa', false)));
    expect(collector.commits.map(({ commit, offset, dirty }) => [commit, offset, dirty])).toEqual([
      ['bb', '1-9', true],
      ['aa', '1-6', null],
      ['bb', '1-5', false],
    ]);
  });

  it('are found by the beginning of their hash, and are as many as requested', () => {
    const collector = new CommitCollector('b', 1);
    expect(collector.take(batch(named(1, 'bb'), named(2, 'aa'), named(3, 'bc')))).toBeFalse();
    expect(collector.commits.map(({ commit }) => commit)).toEqual(['bc']);
  });
});

describe('Bursts', () => {
  let seq = 100;
  const batch = (appendedAt: number, ...types: string[]): PastBatch => {
    const through = `1-${String(seq)}` as Offset;
    seq -= types.length;
    const facts = types.map((type) => JSON.stringify({ event_type: type, entity_id: 'a1', data: { file_path: `${type}.ts` } }));
    return { prev: `1-${String(seq)}` as Offset, through, appendedAt, facts };
  };
  const collected = (most: number, ...newestFirst: PastBatch[]) => {
    const collector = new BurstCollector(most);
    for (const each of newestFirst) if (!collector.take(each)) break;
    return collector.bursts.map(({ facts, analysis_id }) => [facts, analysis_id]);
  };

  it('join batches that were appended shortly after each other', () => {
    expect(collected(9, batch(5_000, 'node_added'), batch(4_990, 'node_added', 'node_added'), batch(1_000, 'node_added'))).toEqual([
      [3, null],
      [1, null],
    ]);
  });

  it('join all batches of an announced analysis, however long it takes', () => {
    const analysis = [batch(9_000, 'node_added', 'analysis_completed'), batch(5_000, 'node_added'), batch(1_000, 'analysis_started')];
    expect(collected(9, ...analysis, batch(990, 'node_added'))).toEqual([
      [4, 'a1'],
      [1, null],
    ]);
  });

  it('are as many as requested, and the last one is complete', () => {
    expect(collected(1, batch(5_000, 'node_added'), batch(4_950, 'node_added'), batch(1_000, 'node_added'))).toEqual([[2, null]]);
  });
});

describe('Churn', () => {
  it('counts changed nodes, not nodes that only moved', () => {
    const churn = new Churn();
    const fact = (data: object) =>
      JSON.stringify({
        offset: '1-1',
        event_type: 'node_updated',
        entity_type: 'node',
        entity_id: 'a#f',
        entity_hash: '0'.repeat(16),
        data,
      });
    const facts = [fact({ file_path: 'a', start_line: 3, end_line: 5 }), fact({ file_path: 'a', signature: 'f()' })];
    churn.add({ prev: '1-0' as Offset, through: '1-2' as Offset, appendedAt: 0, facts });
    expect([churn.files(9).map(({ facts: count }) => count), churn.nodes(9).map(({ facts: count }) => count)]).toEqual([[1], [1]]);
  });
});

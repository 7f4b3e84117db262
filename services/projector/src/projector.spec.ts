import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seqOf, type NewFact, type Offset } from '@graphtail/facts';
import { Jobs, GraphRegistry, addGraph, connect, openLog, removeGraph, type FactLog } from '@graphtail/log';
import { eventually } from '../../../tests/support/eventually.ts';
import { producerFor } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { RESET, added, completed, deleted, digestOf, nodeNamed, nodeUpdated, related } from '../testing/facts.ts';
import { startProjector, type Json, type RunningProjector } from '../testing/running-projector.ts';
import { ENTITIES, LOAD, SHOW } from '../testing/small-graph.ts';

type Client = ReturnType<typeof connect>;

function batches(facts: readonly NewFact[], length: number): NewFact[][] {
  return Array.from({ length: Math.ceil(facts.length / length) }, (_, i) => facts.slice(i * length, (i + 1) * length));
}

describe('the projector', () => {
  let server: TestRedis;
  let redis: Client;
  let log: FactLog;
  let projector: RunningProjector;
  let root: string;

  const append = async (...facts: NewFact[]): Promise<Offset> => {
    const producer = await producerFor(log);
    await producer.append([facts], () => undefined);
    return producer.position!.head;
  };
  const metric = async (name: string): Promise<number> => {
    const found = await projector.metrics.getSingleMetric(name)!.get();
    return found.values.reduce((sum, each) => sum + each.value, 0);
  };
  const restart = async (): Promise<void> => {
    await projector.close();
    projector = await startProjector(server.url);
  };
  const whole = [...ENTITIES.map(added), completed(digestOf(ENTITIES))];

  beforeEach(async () => {
    server = await startRedis({ appendonly: true });
    redis = connect(server.url);
    root = mkdtempSync(join(tmpdir(), 'graphtail-projector-'));
    await new GraphRegistry(redis).add('g', root);
    log = openLog(redis, 'g');
    projector = await startProjector(server.url);
  });

  afterEach(async () => {
    await projector.close();
    redis.disconnect();
    await server.stop();
    rmSync(root, { recursive: true });
  });

  it('answers with the state folded from the log, and says at which offset', async () => {
    const head = await append(...whole);
    const { status, offset, body } = await projector.get(`/api/graph/stats?min_offset=${head}`);
    expect([status, offset, body.offset]).toEqual([200, head, head]);
    expect([body.total_nodes, body.total_relationships, body.state_digest]).toEqual([12, 15, digestOf(ENTITIES)]);
    expect(body.execution_time_ms).toBeGreaterThan(0);
  });

  it('finds a node by its URL-encoded id, also if its slashes are not encoded', async () => {
    const head = await append(...whole);
    const encoded = await projector.get(`/api/graph/nodes/${encodeURIComponent(LOAD)}?min_offset=${head}`);
    expect([encoded.status, encoded.body.node.id, encoded.body.degree]).toEqual([200, LOAD, 5]);
    expect((await projector.get('/api/graph/nodes/pkg:npm/react')).body.node.name).toBe('react');
    expect((await projector.get('/api/graph/nodes/nowhere')).body.code).toBe('NOT_FOUND');
  });

  it('answers about a past offset with the state at that offset, also inside a batch', async () => {
    const head = await append(...whole);
    const at = `${head.split('-')[0]!}-4`;
    const { body, offset } = await projector.get(`/api/graph/stats?at=${at}`);
    expect([offset, body.total_nodes, body.state_digest]).toEqual([at, 4, digestOf(ENTITIES.slice(0, 4))]);
    const shown = await projector.get('/api/graph/stats?at=%234');
    expect([shown.offset, shown.body.total_nodes]).toEqual([at, 4]); // as people are shown it
    expect((await projector.get('/api/graph/diff?from=%232&to=%234')).body.from).toBe(at.replace(/4$/, '2'));
    const later = await append(deleted(nodeNamed('test/page.spec.ts', { origin: 'test' })));
    expect((await projector.get(`/api/graph/stats?at=${head}&min_offset=${later}`)).body.total_nodes).toBe(12);
    expect((await projector.get(`/api/graph/stats?min_offset=${later}`)).body.total_nodes).toBe(11);
    expect((await projector.get('/api/graph/stats?at=0-0')).body.total_nodes).toBe(0);
  });

  it('lists every file with language, size and status, and with the reason if it failed or was skipped', async () => {
    writeFileSync(join(root, 'ok.ts'), 'twelve bytes');
    const files = [
      nodeNamed('ok.ts', { content_hash: 'one' }),
      nodeNamed('broken.py', { language: 'python', parse_error: 'syntax error (1:1)' }),
      nodeNamed('vendor.js', { language: 'javascript', parse_error: 'skipped: minified' }),
    ];
    const then = await append(...files.map(added), added(nodeNamed('ok.ts#f')));
    const { body } = await projector.get(`/api/graph/files?min_offset=${then}`);
    expect(body.files.map((file: Json) => [file.path, file.language, file.size, file.status, file.reason, file.symbols])).toEqual([
      ['broken.py', 'python', null, 'failed', 'syntax error (1:1)', 0],
      ['ok.ts', 'typescript', 12, 'analysed', null, 1],
      ['vendor.js', 'javascript', null, 'skipped', 'minified', 0],
    ]);
    expect([body.total, body.failed_count, body.skipped_count]).toEqual([3, 1, 1]);
    expect((await projector.get('/api/graph/files?status=skipped')).body.files.map((file: Json) => file.path)).toEqual(['vendor.js']);

    const sizeThen = async (now: Offset): Promise<unknown> =>
      (await projector.get(`/api/graph/files?path=ok.ts&at=${then}&min_offset=${now}`)).body.files[0].size;
    expect(await sizeThen(await append(added(nodeNamed('more.ts'))))).toBe(12); // the same content as now
    expect(await sizeThen(await append(nodeUpdated(files[0]!, { content_hash: 'two' })))).toBeNull();
  });

  it('refuses cursors as the log judges them', async () => {
    const head = await append(...whole);
    const beyond = `${head.split('-')[0]!}-9999`;
    for (const query of [`at=${beyond}`, `min_offset=${beyond}`]) {
      const { status, body } = await projector.get(`/api/graph/stats?${query}`);
      expect([status, body.code, body.head]).toEqual([409, 'CURSOR_IN_FUTURE', head]);
    }
    expect((await projector.get('/api/graph/stats?at=5-1')).body.code).toBe('STREAM_REPLACED');
    expect((await projector.get(`/api/graph/diff?from=5-1&to=${head}`)).body.code).toBe('STREAM_REPLACED');
  });

  it('names the field of invalid input', async () => {
    await append(...whole);
    const cases: [path: string, field: string][] = [
      ['/api/graph/stats?at=yesterday', 'at'],
      ['/api/graph/nodes/search?limit=1001', 'limit'],
      ['/api/graph/nodes/search?offset=-1', 'offset'],
      ['/api/graph/nodes/search?node_type=klass', 'node_type'],
      ...['nodes/search', 'export', 'files'].flatMap((name): [string, string][] => [
        [`/api/graph/${name}?path=%2B([a-z]|[a-z/]|[a-z/.])!`, 'path'],
        [`/api/graph/${name}?path=${'{**,**}'.repeat(5)}@`, 'path'],
        [`/api/graph/${name}?path=${'a'.repeat(257)}`, 'path'],
      ]),
      ['/api/graph/query/callers', 'symbol'],
      ['/api/graph/stats?graph=..%2Fx', 'graph'],
      ['/api/graph/timeline?interval=soon', 'interval'],
    ];
    for (const [path, field] of cases) {
      const { status, body } = await projector.get(path);
      expect([path, status, body.code, body.field]).toEqual([path, 400, 'BAD_REQUEST', field]);
    }
    const { status, body } = await projector.post('/api/graph/traverse', { start_node: SHOW, direction: 'up' });
    expect([status, body.field]).toEqual([400, 'direction']);
  });

  it('[G6] answers a glob on which a backtracking matcher would not end', async () => {
    const head = await append(added(nodeNamed('a'.repeat(120))), added(nodeNamed(`${'a'.repeat(120)}b`)));
    for (const name of ['nodes/search', 'export', 'files']) {
      const { status, body } = await projector.get(`/api/graph/${name}?path=*a*a*a*a*a*a*a*ab&min_offset=${head}`);
      expect([status, (body.results ?? body.nodes ?? body.files).length]).toEqual([200, 1]);
    }
  });

  it('knows graphs by name, also one that was just added, and requires a name if there are several', async () => {
    await append(...whole);
    expect((await projector.get('/api/graph/stats?graph=h')).body.code).toBe('UNKNOWN_GRAPH');
    await new GraphRegistry(redis).add('h', root);
    expect((await projector.get('/api/graph/stats?graph=h')).body.total_nodes).toBe(0);
    const { status, body } = await projector.get('/api/graph/stats');
    expect([status, body.field, body.graphs]).toEqual([400, 'graph', ['g', 'h']]);
  });

  it('stops serving a removed graph, and serves the new log of a graph that is added again at once', async () => {
    await append(...whole);
    await eventually(async () => (await projector.get('/api/graph/stats?graph=g')).body.total_nodes === 12);
    await removeGraph(redis, 'g');
    await addGraph(redis, 'g', root);
    const head = await append(added(nodeNamed('b.ts')));
    await eventually(async () => (await projector.get(`/api/graph/stats?graph=g&min_offset=${head}`)).body.total_nodes === 1);
    await removeGraph(redis, 'g');
    await eventually(async () => (await projector.get('/api/graph/stats?graph=g')).status === 404);

    expect((await projector.get('/api/graph/stats?graph=g')).body.code).toBe('UNKNOWN_GRAPH');
    // A snapshot that was being saved is refused, and its chunks are removed then.
    await eventually(async () => (await redis.keys('graphtail:{g}:*')).join() === log.keys.meta);
  });

  it('starts from its snapshot and folds only the facts after it', async () => {
    await append(...whole);
    await eventually(() => projector.graphs.ready() === true && projector.graphs.get('g')!.fold.nodes === 12);
    await projector.close();
    expect((await redis.zcard(log.keys.snapshots)) > 0).toBeTrue();
    const head = await append(added(nodeNamed('new.ts')));
    projector = await startProjector(server.url);
    const { body } = await projector.get(`/api/graph/stats?min_offset=${head}`);
    expect([body.total_nodes, body.state_digest]).toEqual([13, digestOf([...ENTITIES, nodeNamed('new.ts')])]);
    expect(await metric('graphtail_projector_apply_duration_seconds')).toBeLessThan(100);
    const found = await projector.get('/api/graph/nodes/search?name=showuser');
    expect(found.body.total_count).toBe(1);
  });

  it('goes on after a restart of Redis', async () => {
    await append(...whole);
    await server.kill();
    await server.restart();
    await append(added(nodeNamed('new.ts')));
    await eventually(async () => (await projector.get('/api/graph/stats')).body.total_nodes === 13);
    expect(await metric('graphtail_projector_refolds_total')).toBe(0);
  }, 15_000);

  it('folds again if the log was replaced, and answers from the new log', async () => {
    await append(...whole);
    await eventually(() => projector.graphs.get('g')?.fold.nodes === 12);
    await redis.flushall();
    await new GraphRegistry(redis).add('g', root);
    const head = await append(added(nodeNamed('new.ts')));
    await eventually(async () => (await projector.get('/api/graph/stats?graph=g')).body.total_nodes === 1);
    expect((await projector.get(`/api/graph/stats?min_offset=${head}`)).body.state_digest).toBe(digestOf([nodeNamed('new.ts')]));
  });

  it('reports a state that differs from the analysis, folds again, and does so only a few times', async () => {
    await append(...whole.slice(0, -1));
    const head = await append(completed('00000000deadbeef'));
    await eventually(async () => (await metric('graphtail_projector_refolds_total')) === 1);
    const { body } = await projector.get(`/api/graph/stats?min_offset=${head}`);
    expect([body.offset, body.state_digest]).toEqual([head, digestOf(ENTITIES)]);
    expect(await metric('graphtail_state_divergence_total')).toBe(1);
    const later = await append(completed(digestOf(ENTITIES), 'a2'));
    expect((await projector.get(`/api/graph/stats?min_offset=${later}`)).status).toBe(200);
    expect(await metric('graphtail_projector_refolds_total')).toBe(1);
  });

  it('rebuilds beside the state that it serves: meanwhile every answer is about the head, and two simultaneous rebuilds are one', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => nodeNamed(`a.ts#f${String(i)}`));
    const producer = await producerFor(log);
    await producer.append(batches(many.map(added), 200), () => undefined);
    const head = await append(completed(digestOf(many)));
    const served = projector.graphs.get('g')!.fold;
    const before = (await projector.get(`/api/graph/stats?min_offset=${head}`)).body.state_digest;
    for (const _ of [1, 2]) expect((await projector.post('/api/graph/admin/rebuild')).status).toBe(202);
    const seen: [number, string | null, number][] = [];
    let progress = 0;
    await eventually(async () => {
      if (served.progress !== undefined) progress++;
      const { status, offset, body } = await projector.get('/api/graph/stats');
      seen.push([status, offset, body.total_nodes]);
      return (await metric('graphtail_projector_refolds_total')) === 1;
    });
    expect(seen.filter(([status, offset, nodes]) => status !== 200 || offset !== head || nodes !== 30_000)).toEqual([]);
    expect([progress > 0, served.progress]).toEqual([true, undefined]);
    expect((await projector.get(`/api/graph/stats?min_offset=${head}`)).body.state_digest).toBe(before);
    expect(await metric('graphtail_state_divergence_total')).toBe(0);
  });

  it('rebuilds a wrong state, and never serves a half rebuilt one', async () => {
    const head = await append(...whole);
    await projector.get(`/api/graph/stats?min_offset=${head}`);
    const { projection } = projector.graphs.get('g')!.fold;
    projection!.apply({ ...deleted(nodeNamed(LOAD)), offset: head, timestamp: '' });
    await projector.post('/api/graph/admin/rebuild');
    await eventually(async () => (await metric('graphtail_projector_refolds_total')) === 1);
    expect((await projector.get('/api/graph/stats')).body.state_digest).toBe(digestOf(ENTITIES));
    expect(await metric('graphtail_state_divergence_total')).toBe(1);
  });

  it('never serves a half folded state when it starts without a snapshot', async () => {
    await projector.close();
    const many = Array.from({ length: 30_000 }, (_, i) => added(nodeNamed(`a.ts#f${String(i)}`)));
    const producer = await producerFor(log);
    await producer.append(batches(many, 200), () => undefined);
    projector = await startProjector(server.url);
    const seen = new Set<number>();
    await eventually(async () => {
      const { status, body } = await projector.get('/api/graph/stats?graph=g');
      if (status === 200) seen.add(body.total_nodes);
      return projector.graphs.ready() === true;
    });
    await projector.get('/api/graph/stats').then(({ body }) => seen.add(body.total_nodes));
    expect([...seen]).toEqual([30_000]);
  });

  it('waits for a graph_reset if the beginning of the log is gone and no snapshot is left', async () => {
    await append(...whole);
    await projector.close();
    await append(added(nodeNamed('new.ts')));
    await redis.del(log.keys.snapshots);
    await redis.xtrim(log.keys.log, 'MAXLEN', 1);
    projector = await startProjector(server.url);
    await eventually(() => projector.graphs.get('g')?.fold.caughtUpOnce === true);
    const waiting = projector.get('/api/graph/stats');
    const head = await append(RESET, added(nodeNamed('again.ts')));
    const { status, offset, body } = await waiting;
    expect([status, offset, body.total_nodes, body.anomalies]).toEqual([200, head, 1, 0]);
  });

  it('refuses a past state that can no longer be rebuilt', async () => {
    const early = await append(...whole);
    await append(added(nodeNamed('a.ts')));
    await eventually(() => projector.graphs.get('g')?.fold.nodes === 13);
    await restart(); // saves a snapshot
    const late = await append(added(nodeNamed('b.ts')));
    await redis.xtrim(log.keys.log, 'MAXLEN', 1);
    const { status, body } = await projector.get(`/api/graph/stats?at=${early}`);
    expect([status, body.code]).toEqual([409, 'CURSOR_TOO_OLD']);
    expect((await projector.get(`/api/graph/stats?min_offset=${late}`)).body.total_nodes).toBe(14);
  });

  it('writes snapshots and exports as one JSON object or as NDJSON', async () => {
    const head = await append(...whole);
    const { body } = await projector.get(`/api/graph/snapshot?min_offset=${head}`);
    expect([body.as_of, body.state_digest]).toEqual([head, digestOf(ENTITIES)]);
    expect(digestOf([...body.nodes, ...body.relationships])).toBe(body.state_digest);
    const lines = (await projector.text('/api/graph/snapshot', 'application/x-ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([lines.length, lines[0].as_of]).toEqual([1 + ENTITIES.length, head]);
    expect(digestOf(lines.slice(1).map((line) => line.node ?? line.relationship))).toBe(body.state_digest);
    const exported = await projector.get('/api/graph/export?include_tests=false&include_packages=false&include_private=false');
    expect([exported.body.node_count, exported.body.nodes.length, exported.body.relationships.length]).toEqual([9, 9, 8]);
  });

  it('lists the kept snapshots, newest first, with their digests', async () => {
    const first = await append(...whole);
    await eventually(() => projector.graphs.get('g')?.fold.nodes === 12);
    const { digest } = await log.state();
    await restart(); // saves a snapshot
    const second = await append(added(nodeNamed('new.ts')));
    await eventually(() => projector.graphs.get('g')?.fold.nodes === 13);
    await restart();
    const { snapshots } = (await projector.get(`/api/graph/snapshots?min_offset=${second}`)).body;
    expect(snapshots.map((each: Json) => each.as_of)).toEqual([second, first]);
    expect(snapshots[1]).toEqual(
      jasmine.objectContaining({ state_digest: digestOf(ENTITIES), running_digest: digest, node_count: 12, relationship_count: 15 }),
    );
    const { snapshots: earlier } = (await projector.get(`/api/graph/snapshots?at=${first}`)).body;
    expect(earlier.map((each: Json) => each.as_of)).toEqual([first]);
  });

  it('lists what changed between two offsets, in either direction', async () => {
    const before = await append(...whole);
    const grown = nodeNamed(SHOW, { docstring: 'Shows.', start_line: 9, complexity: 12, is_exported: true });
    const after = await append(added(grown), added(nodeNamed('new.ts')), deleted(related('src/page.ts', 'imports', 'src/api.ts')));
    const { body, offset } = await projector.get(`/api/graph/diff?from=${before}&to=${after}`);
    expect(offset).toBe(after);
    expect(body.added.nodes.map((node: { id: string }) => node.id)).toEqual(['new.ts']);
    expect(body.updated.nodes).toEqual([
      { id: SHOW, before: { start_line: 5, docstring: 'Shows who is signed in.' }, after: { start_line: 9, docstring: 'Shows.' } },
    ]);
    expect(body.counts.deleted).toEqual({ nodes: 0, relationships: 1 });
    const back = await projector.get(`/api/graph/diff?from=${after}&to=${before}`);
    expect(back.body.counts.added).toEqual({ nodes: 0, relationships: 1 });
  });

  it('lists the facts of an entity, newest first, page by page', async () => {
    const versions = [1, 2, 3, 4, 5].map((complexity) => added(nodeNamed('a.ts#run', { complexity })));
    for (const version of versions) await append(added(nodeNamed('a.ts')), version);
    const head = await append(added(nodeNamed('b.ts')));
    const complexities: number[] = [];
    let at: string | null = head;
    while (at !== null) {
      const { body }: { body: Json } = await projector.get(`/api/graph/history/${encodeURIComponent('a.ts#run')}?limit=2&at=${at}`);
      complexities.push(...body.facts.map((fact: { data: { complexity: number } }) => fact.data.complexity));
      at = body.next;
    }
    expect(complexities).toEqual([5, 4, 3, 2, 1]);
  });

  it('names no further page after the last page of a history', async () => {
    await append(added(nodeNamed('a.ts')));
    const head = await append(nodeUpdated(nodeNamed('a.ts'), { complexity: 2 }));
    const page = async (limit: number) => (await projector.get(`/api/graph/history/a.ts?limit=${String(limit)}&min_offset=${head}`)).body;
    expect([(await page(2)).facts.length, (await page(2)).next, (await page(3)).next]).toEqual([2, null, null]);
    const { next } = await page(1);
    const last = await projector.get(`/api/graph/history/a.ts?limit=1&at=${next}`);
    expect([last.status, last.body.facts[0].event_type, last.body.next]).toEqual([200, 'node_added', null]);
  });

  it('answers 304 while offset and query are the same, without computing the answer again', async () => {
    const head = await append(...whole);
    const ask = (path: string, tag = '') => projector.ask(path, { headers: tag === '' ? {} : { 'if-none-match': tag } });
    const id = encodeURIComponent(SHOW);
    for (const path of [
      'stats',
      'nodes/search?name=show',
      `nodes/${id}`,
      'seams',
      'snapshot',
      'export',
      `history/${id}`,
      'timeline',
      'files',
      'snapshots',
    ]) {
      const join = path.includes('?') ? '&' : '?';
      const at = `/api/graph/${path}${join}min_offset=${head}`;
      const { tag } = await ask(at);
      const again = await ask(at, tag ?? '');
      expect([path, again.status, again.tag, again.offset]).toEqual([path, 304, tag, head]);
      expect((await ask(`/api/graph/${path}${join}at=${head}`, tag ?? '')).status)
        .withContext(path)
        .toBe(304);
      expect((await ask(`/api/graph/${path}${join}at=0-0`, tag ?? '')).status)
        .withContext(path)
        .not.toBe(304);
    }
    const { tag } = await ask('/api/graph/nodes/search?name=show&limit=1');
    const reordered = await ask('/api/graph/nodes/search?limit=1&name=show', tag ?? '');
    expect(reordered.status).toBe(304);
    expect((await ask('/api/graph/nodes/search?name=show&limit=2', tag ?? '')).status).toBe(200);
    const lines = await projector.ask(
      '/api/graph/snapshot',
      { headers: { accept: 'application/x-ndjson', 'if-none-match': (await ask('/api/graph/snapshot')).tag ?? '' } },
      false,
    );
    expect(lines.status).toBe(200);
    await append(added(nodeNamed('more.ts')));
    await eventually(async () => (await ask('/api/graph/nodes/search?name=show&limit=1', tag ?? '')).status === 200);
  });

  it('does not answer 304 if a file has changed on disk since', async () => {
    writeFileSync(join(root, 'a.ts'), 'one');
    const head = await append(added(nodeNamed('a.ts', { start_line: 1, end_line: 1 })));
    const ask = async (path: string, tag = '') => projector.ask(`${path}?min_offset=${head}`, { headers: { 'if-none-match': tag } });
    for (const path of ['/api/graph/files', '/api/graph/source/a.ts']) {
      writeFileSync(join(root, 'a.ts'), 'one');
      const { tag } = await ask(path);
      expect((await ask(path, tag ?? '')).status).toBe(304);
      writeFileSync(join(root, 'a.ts'), 'another');
      expect((await ask(path, tag ?? '')).status).toBe(200);
    }
  });

  it('counts facts by kind and interval, also up to a past offset', async () => {
    const early = await append(...whole);
    const head = await append(deleted(nodeNamed('test/page.spec.ts', { origin: 'test' })));
    const count = async (at: Offset) =>
      (await projector.get(`/api/graph/timeline?interval=1d&at=${at}`)).body.intervals.reduce(
        (sum: number, each: { facts: number }) => sum + each.facts,
        0,
      );
    expect([await count(head), await count(early), await count(head)]).toEqual([seqOf(head), seqOf(early), seqOf(head)]);
  });

  it('shows lines of the analysed root, and of nothing else', async () => {
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/page.ts'), ['1', '2', '3', '4', 'five', 'six', ''].join('\n'));
    writeFileSync(`${root}-secret`, 'secret');
    symlinkSync(`${root}-secret`, join(root, 'link.ts'));
    const outside = ['../outside.ts', `../${root.split('/').at(-1)!}-secret`, '/etc/passwd', 'link.ts', 'gone.ts'];
    const head = await append(
      added(nodeNamed('src/page.ts#showUser', { start_line: 5, end_line: 9 })),
      ...outside.map((path) => added(nodeNamed(path))),
    );
    const { body } = await projector.get(`/api/graph/source/${encodeURIComponent('src/page.ts#showUser')}?min_offset=${head}`);
    expect([body.start_line, body.end_line, body.lines]).toEqual([5, 6, ['five', 'six']]);
    for (const path of outside) {
      const { status, body: refused } = await projector.get(`/api/graph/source/${encodeURIComponent(path)}`);
      expect([path, status >= 403 && status <= 404, JSON.stringify(refused).includes('secret"')]).toEqual([path, true, false]);
    }
    rmSync(`${root}-secret`);
  });

  it('passes requests for an analysis to ingest', async () => {
    await append(...whole);
    const { status, body } = await projector.post('/api/graph/admin/reanalyze', { force: true });
    expect(status).toBe(202);
    expect(await new Jobs(redis).next('g')).toEqual(jasmine.objectContaining({ analysis_id: body.analysis_id, force: true, reset: false }));
    expect((await projector.post('/api/graph/admin/cancel')).status).toBe(202);
  });

  it('describes every route as OpenAPI, with its real limits', async () => {
    const { body } = await projector.get('/openapi.json');
    const limit = body.paths['/api/graph/nodes/search'].get.parameters.find((each: { name: string }) => each.name === 'limit');
    expect([limit.in, limit.required, limit.schema.maximum, limit.schema.default]).toEqual(['query', false, 1000, 50]);
    expect(body.paths['/api/graph/traverse'].post.requestBody.content['application/json'].schema.required).toEqual(['start_node']);
    expect(Object.keys(body.paths)).toContain('/api/graph/nodes/{id}');
    expect(body.paths['/api/graph/diff'].get.parameters.find((each: { name: string }) => each.name === 'from').required).toBeTrue();
  });

  it('has its lag, entities and log in its metrics', async () => {
    const head = await append(...whole);
    await projector.get(`/api/graph/stats?min_offset=${head}`);
    const text = await projector.text('/metrics', 'text/plain');
    for (const line of [
      'graphtail_projector_lag_facts{graph="g"} 0',
      'graphtail_projector_lag_seconds{graph="g"} 0',
      'graphtail_graph_entities{graph="g",kind="node"} 12',
      'graphtail_graph_entities{graph="g",kind="relationship"} 15',
      `graphtail_log_facts{graph="g"} ${String(seqOf(head))}`,
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain('graphtail_log_bytes{graph="g"}');
  });
});

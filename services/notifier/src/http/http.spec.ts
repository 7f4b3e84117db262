import { epochOf, lanesToHex, hashText, addLanes, ZERO, offset, type Offset } from '@graphtail/facts';
import { Listener } from '../specs/listeners.ts';
import { analysisFailed, nodeAdded, startStage, type Graph, type Stage } from '../specs/support.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what an answer holds is what the specs are about
type Answer = { status: number; body: any; text: string };

describe('the notifier’s HTTP', () => {
  let stage: Stage;
  let graph: Graph;
  let head: Offset;
  let betweenBatches: number;

  beforeAll(async () => {
    stage = await startStage();
    graph = await stage.graph();
    await graph.append(nodeAdded(), analysisFailed(), nodeAdded());
    await new Promise((resolve) => setTimeout(resolve, 20));
    betweenBatches = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    head = await graph.append(nodeAdded(), nodeAdded());
  });
  afterAll(() => stage.close());

  async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${stage.url}${path}`, { headers });
    const text = await response.text();
    const isJson = /json$|json;/.test(response.headers.get('content-type') ?? '') && !text.includes('}\n{');
    return { status: response.status, text, body: isJson ? (JSON.parse(text) as unknown) : undefined };
  }

  const at = (seq: number): Offset => offset(epochOf(head), seq);

  it('[L7][H1] tells a log’s bounds and epochs', async () => {
    const { body } = await get(`/api/log?graph=${graph.name}`);

    expect(body).toEqual(
      jasmine.objectContaining({ graph: graph.name, head, floor: '0-0', earliest: at(1), facts: 5, epoch: epochOf(head) }),
    );
    expect(body.epochs).toEqual([{ epoch: epochOf(head), prev: '0-0', opened_at: jasmine.any(String), reason: jasmine.any(String) }]);
    expect(Date.parse(body.appended_at.last)).toBeGreaterThan(Date.parse(body.appended_at.first));
  });

  it('[C5b] takes a place as people are shown it wherever it takes a cursor', async () => {
    const log = `graph=${graph.name}`;
    expect((await get(`/api/log/facts?${log}&from=%232&limit=1`)).body.facts[0].offset).toBe(at(3));
    expect((await get(`/api/log/receipt?${log}&from=%231&to=%234`)).body).toEqual(
      jasmine.objectContaining({ from: at(1), to: at(4), count: 3 }),
    );
    const ahead = await get(`/api/log/receipt?${log}&from=%231&to=%2399`);
    expect([ahead.status, ahead.body.code]).toEqual([409, 'CURSOR_IN_FUTURE']);
    for (const to of ['%23', '%23-1', '%23x']) expect((await get(`/api/log/receipt?${log}&from=0-0&to=${to}`)).body.field).toBe('to');
  });

  it('[H2] gives facts page by page, and goes on where a page ended', async () => {
    const first = await get(`/api/log/facts?graph=${graph.name}&limit=2`);
    const second = await get(`/api/log/facts?graph=${graph.name}&limit=2&from=${first.body.through}`);
    const last = await get(`/api/log/facts?graph=${graph.name}&from=${second.body.through}`);

    const pages = [first, second, last].map(({ body }) => [
      body.prev,
      body.through,
      body.facts.map((fact: { offset: Offset }) => fact.offset),
    ]);
    expect(pages).toEqual([
      ['0-0', at(2), [at(1), at(2)]],
      [at(2), at(4), [at(3), at(4)]],
      [at(4), head, [head]],
    ]);
    expect(last.body.head).toBe(head);
  });

  it('[H2a] filters facts by type, and streams them a line each', async () => {
    const page = await get(`/api/log/facts?graph=${graph.name}&types=analysis_failed`);
    const lines = await get(`/api/log/facts?graph=${graph.name}`, { accept: 'application/x-ndjson' });

    expect(page.body.facts.map((fact: { offset: Offset }) => fact.offset)).toEqual([at(2)]);
    expect(page.body.through).toBe(head);
    expect(lines.text.trimEnd().split('\n').length).toBe(5);
  });

  it('[H3] finds the first fact appended at or after a time', async () => {
    const ask = (ms: number) => get(`/api/log/offset?graph=${graph.name}&ts=${encodeURIComponent(new Date(ms).toISOString())}`);

    expect((await ask(0)).body.offset).toBe(at(1));
    expect((await ask(betweenBatches)).body.offset).toBe(at(4));
    expect((await ask(Date.now() + 60_000)).body.offset).toBeNull();
  });

  it('[P4] gives the receipt of any range: count and sum of the facts’ hashes', async () => {
    const lines = (await get(`/api/log/facts?graph=${graph.name}`, { accept: 'application/x-ndjson' })).text.trimEnd().split('\n');
    const { body } = await get(`/api/log/receipt?graph=${graph.name}&from=${at(1)}&to=${at(4)}`);
    const sum = lines.slice(1, 4).reduce((total, line) => addLanes(total, hashText(line)), ZERO);

    expect(body).toEqual({ graph: graph.name, from: at(1), to: at(4), count: 3, digest: lanesToHex(sum) });
  });

  it('lists who is connected, and counts them', async () => {
    const listener = new Listener(stage.url, { graph: graph.name, from: 'earliest', types: 'node_added' });
    await listener.first('caught_up');
    const { body } = await get(`/api/consumers?graph=${graph.name}`);
    const status = await get('/ws/status');

    expect(body.consumers).toEqual([
      jasmine.objectContaining({
        graph: graph.name,
        transport: 'websocket',
        state: 'live',
        cursor: head,
        lag: 0,
        lag_seconds: 0,
        delivered: 4,
      }),
    ]);
    expect(status.body).toEqual(
      jasmine.objectContaining({ status: 'ok', active_connections: 1, by_transport: { websocket: 1 }, by_mode: { live: 1 } }),
    );
    expect(status.body.graphs[graph.name]).toEqual({ head, earliest: at(1) });
    expect(await stage.metrics()).toContain('graphtail_subscribers{transport="websocket",mode="live"} 1');
    await listener.close();
  });

  for (const [path, status, code, field] of [
    ['/api/log?graph=nowhere', 404, 'UNKNOWN_GRAPH', undefined],
    ['/api/log?graph=a/b', 400, 'BAD_REQUEST', 'graph'],
    ['/api/log/facts?limit=0', 400, 'BAD_REQUEST', 'limit'],
    ['/api/log/facts?limit=10001', 400, 'BAD_REQUEST', 'limit'],
    ['/api/log/facts?path=%2B([a-z]|[a-z/]|[a-z/.])!', 400, 'BAD_REQUEST', 'path'],
    ['/api/log/facts?path={a,{b,c}}', 400, 'BAD_REQUEST', 'path'],
    ['/api/log/facts?from=x', 400, 'BAD_REQUEST', 'from'],
    ['/api/log/facts?from=7-3', 409, 'STREAM_REPLACED', undefined],
    ['/api/log/offset?ts=yesterday', 400, 'BAD_REQUEST', 'ts'],
    ['/api/log/receipt?from=0-0', 400, 'BAD_REQUEST', 'to'],
    ['/api/log/receipt?from=7-1&to=7-3', 409, 'STREAM_REPLACED', undefined],
    ['/ws/events', 426, 'BAD_REQUEST', undefined],
    ['/nowhere', 404, 'NOT_FOUND', undefined],
  ] as const) {
    it(`[E3] answers ${path} with ${String(status)} ${code}`, async () => {
      const { status: answered, body } = await get(path);

      expect(answered).toBe(status);
      expect(body.code).toBe(code);
      expect(body.field).toBe(field);
    });
  }
});

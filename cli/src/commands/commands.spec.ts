import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { addLanes, entityHash, hashText, lanesToHex, ZERO, type Fact, type GraphNode } from '@graphtail/facts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;
const TIME = '2026-01-31T12:00:00.123Z';
/** The same, in the zone of this machine. */
const CLOCK = `${new Date(TIME).toTimeString().slice(0, 8)}.123`;

const node: GraphNode = {
  id: 'm.ts#f',
  name: 'f',
  node_type: 'function',
  language: 'typescript',
  file_path: 'm.ts',
  start_line: 1,
  end_line: 2,
  complexity: 1,
  line_count: 2,
};
const DIGEST = lanesToHex(entityHash(node));

/** The two facts of a made-up log. */
function factsOfLog(entityHashText = DIGEST): Fact[] {
  const end = {
    analysis_id: 'x',
    reason: 'r',
    node_count: 1,
    relationship_count: 0,
    changes: 1,
    files_failed: 0,
    duration_ms: 1,
    state_digest: DIGEST,
  };
  return [
    {
      offset: '1-1',
      event_type: 'node_added',
      timestamp: TIME,
      entity_type: 'node',
      entity_id: node.id,
      entity_hash: entityHashText,
      data: node,
    },
    { offset: '1-2', event_type: 'analysis_completed', timestamp: TIME, entity_type: 'analysis', entity_id: 'x', data: end },
  ] as Fact[];
}

/** A Graphtail that plays a log of two facts, and answers as each spec has it. */
class Stage {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  facts = factsOfLog();
  projectorDigest = DIGEST;
  receiptDigest: string | undefined;
  snapshots: object[] = [];
  health: object = { status: 'ok', services: { ingest: { status: 'ok' } } };
  /** The position that is refused, and how. */
  refuses: { from: string; frame: object } | undefined;
  /** The root of its graph. */
  root = '/g';
  readonly removed: string[] = [];
  /** What subscribers asked for, in turn. */
  readonly asked: URLSearchParams[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://stage');
      if (request.method === 'DELETE') {
        this.removed.push(pathname);
        response.writeHead(204).end();
        return;
      }
      const body = this.#answers()[pathname];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { code: 'NOT_FOUND', detail: 'no' }));
    });
    this.#sockets = new WebSocketServer({ server: this.#server });
    this.#sockets.on('connection', (socket, request) => {
      const { searchParams } = new URL(request.url ?? '', 'http://stage');
      const ends = searchParams.has('to');
      this.asked.push(searchParams);
      if (searchParams.get('from') !== this.refuses?.from) this.#play(socket, ends, searchParams.get('from') === 'snapshot');
      else this.#refuse(socket, this.refuses.frame);
    });
  }

  #refuse(socket: WebSocket, frame: object): void {
    socket.send(JSON.stringify({ type: 'error', retryable: false, ...frame }));
    socket.close(4409);
  }

  #play(socket: WebSocket, ends: boolean, withState: boolean): void {
    socket.send(
      JSON.stringify({ type: 'subscribed', protocol: 1, graph: 'g', cursor: '0-0', earliest: '1-1', head: '1-2', mode: 'replay' }),
    );
    if (withState) {
      const empty = '0'.repeat(16);
      socket.send(JSON.stringify({ type: 'snapshot_begin', as_of: '0-0', node_count: 0, relationship_count: 0 }));
      socket.send(JSON.stringify({ type: 'snapshot_end', as_of: '0-0', state_digest: empty }));
    }
    const head = `{"type":"facts","graph":"g","prev":"0-0","through":"1-2","appended_at":"${TIME}","facts":[\n`;
    socket.send(`${head}${this.raw.join(',\n')}\n]}`);
    if (ends) socket.send('{"type":"end","cursor":"1-2"}');
  }

  get raw(): string[] {
    return this.facts.map((fact) => JSON.stringify(fact));
  }

  #answers(): Record<string, unknown> {
    const digest = this.receiptDigest ?? lanesToHex(this.raw.map(hashText).reduce(addLanes, ZERO));
    const counts = { node_types: {}, relationship_types: {}, languages: {} };
    return {
      '/health': this.health,
      '/api/graphs': { graphs: [{ name: 'g', root: this.root, head: '1-2' }] },
      '/api/log': {
        epoch: 1,
        epochs: [{ epoch: 1, prev: '0-0', opened_at: TIME, reason: 'created' }],
        earliest: '1-1',
        floor: '0-0',
        head: '1-2',
        facts: 2,
        bytes: 99,
      },
      '/api/graph/snapshots': { snapshots: this.snapshots },
      '/api/log/receipt': { from: '0-0', to: '1-2', count: 2, digest },
      '/api/graph/stats': { total_nodes: 1, total_relationships: 0, ...counts, offset: '1-2', state_digest: this.projectorDigest },
    };
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a command that talks to a running Graphtail:', () => {
  let stage: Stage;
  let url: string;

  beforeEach(async () => {
    stage = new Stage();
    url = await stage.listen();
  });
  afterEach(() => stage.close());

  const start = (args: readonly string[]): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [MAIN, ...args, '--url', url], { env: { ...process.env, NO_COLOR: '1' } });

  /** Runs a command; `until`: stopped as by Ctrl-C once its output has that. */
  async function run(args: readonly string[], until?: string): Promise<{ code: number | null; out: string; err: string }> {
    const child = start(args);
    let [out, err] = ['', ''];
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (until !== undefined && out.includes(until)) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  it('remove deletes a graph without asking if it is not in a terminal, and lists the graphs if the name is unknown', async () => {
    const known = await run(['remove', 'g']);
    const unknown = await run(['remove', 'h\u001b[2J']);

    expect([known.code, known.out]).toEqual([0, '✓ g is removed\n']);
    expect(stage.removed).toEqual(['/api/graphs/g']);
    expect([unknown.code, unknown.err.split('.')[0]]).toEqual([1, 'graphtail: There is no graph h\\x1b[2J']);
  });

  it('[C5b] take places as they are printed, and times of this machine’s zone', async () => {
    await run(['replay', '--from', '#1', '--to', '#2']);
    await run(['tail', '--from', 'ts:2026-01-31T12:00', '--to', '1-2']);
    const [replayed, tailed] = stage.asked.slice(-2);
    expect([replayed?.get('from'), replayed?.get('to')]).toEqual(['#1', '1-2']);
    expect(tailed?.get('from')).toBe(`ts:${new Date(2026, 0, 31, 12).toISOString()}`);
  });

  it('status and tail escape control characters', async () => {
    stage.root = '/\u001b]0;gotcha\u0007';
    stage.facts = stage.facts.map((fact) => ({ ...fact, entity_id: 'm\u001b[31m.ts' }));
    const { out: told } = await run(['status']);
    const { out: facts } = await run(['tail', '--from', 'earliest'], '#2');

    expect(told).toContain('/\\x1b]0;gotcha\\x07');
    expect(facts).toContain('m\\x1b[31m.ts');
    expect([told.includes('\u001b'), facts.includes('\u001b')]).toEqual([false, false]);
  });

  it('verify says that everything is equal, and exits with 0', async () => {
    const { code, out } = await run(['verify']);
    expect(out).toMatch(/^equal$/m);
    expect(code).toBe(0);
  });

  it('verify exits with 1 and names the difference if the projector has another state', async () => {
    stage.projectorDigest = '00000000deadbeef';
    const { code, out } = await run(['verify']);
    expect(out).toContain(`#2 state_digest of the projector: 00000000deadbeef, folded here: ${DIGEST}`);
    expect(code).toBe(1);
  });

  it('verify exits with 1 if the received facts differ from the log', async () => {
    stage.receiptDigest = '00000000deadbeef';
    const { code, out } = await run(['verify', '--json']);
    expect(JSON.parse(out)).toEqual(jasmine.objectContaining({ equal: false, receipt: jasmine.objectContaining({ status: 'differs' }) }));
    expect(code).toBe(1);
  });

  it('verify exits with 1 if a fact’s entity_hash is not the entity’s', async () => {
    stage.facts = factsOfLog('00000000deadbeef');
    const { code, out } = await run(['verify']);
    expect(out).toContain('! entity hashes');
    expect(out).toContain('#1 entity_hash of m.ts#f: 00000000deadbeef');
    expect(code).toBe(1);
  });

  it('[C6] tail, if nobody reads its output any more, prints the cursor before the facts that it could not print', async () => {
    const child = start(['tail', '--from', 'earliest']);
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.destroy();
    await once(child, 'close');
    expect(err).toContain(`Resume with:\n  npx graphtail tail --url ${url} --graph g --from 0-0`);
  });

  it('tail prints facts until Ctrl-C, then the cursor to resume from', async () => {
    const { code, out, err } = await run(['tail', '--from', 'earliest'], '#2');
    expect(out.split('\n').map((line) => line.trim().slice(0, 33).trim())).toEqual([
      `#1  ${CLOCK}  + node_added`,
      `#2  ${CLOCK}  ✓ analysis_comp`,
      '',
    ]);
    expect(err).toContain(`Resume with:\n  npx graphtail tail --url ${url} --graph g --from 1-2`);
    expect(code).toBe(0);
  });

  const TRUNCATED = { code: 'LOG_TRUNCATED', message: 'it lost facts', earliest: '1-1', head: '1-2', diverged_at: '0-0', resume_at: '0-0' };

  it('tail says what the log lost, and continues where the log does', async () => {
    stage.refuses = { from: 'latest', frame: TRUNCATED };
    const { code, out, err } = await run(['tail'], '#2');
    expect(err).toContain('! LOG_TRUNCATED: the log lost the facts after #0; those that were printed are void. Continuing from there.');
    expect(out.trim().split('\n').length).toBe(2);
    expect([code, stage.asked.map((asked) => asked.get('from'))]).toEqual([0, ['latest', '0-0']]);
  });

  it('tail exits with 1 and says how to continue if a cursor was given or a program reads its output', async () => {
    stage.refuses = { from: '1-2', frame: TRUNCATED };
    const given = await run(['tail', '--from', '1-2']);
    expect([given.code, given.out]).toEqual([1, '']);
    expect(given.err).toContain('graphtail: LOG_TRUNCATED: it lost facts.\nThe log goes from #1 to #2.\n');
    expect(given.err).toContain(`\n  npx graphtail tail --url ${url} --from 0-0\n`);
    stage.refuses = { from: 'latest', frame: TRUNCATED };
    expect((await run(['tail', '--json'])).code).toBe(1);
  });

  it('tail and replay pass their options to the server', async () => {
    const options = [
      '--from',
      'earliest',
      '--to',
      '1-2',
      '--speed',
      '2',
      '--types',
      'node_added',
      '--entities',
      'node,analysis',
      '--path',
      '*.ts',
    ];
    for (const command of ['tail', 'replay']) expect((await run([command, ...options])).code).toBe(0);
    for (const asked of stage.asked) {
      const { from, to, speed, types, entities, path } = Object.fromEntries(asked);
      expect([from, to, speed, types, entities, path]).toEqual(['earliest', '1-2', '2', 'node_added', 'node,analysis', '*.ts']);
    }
  });

  it('from=snapshot prints the state before the facts, as one line or in the form of export', async () => {
    const { out } = await run(['replay', '--from', 'snapshot']);
    expect(out.split('\n').map((line) => line.slice(25, 47).trim())).toEqual(['■ snapshot', '+ node_added', '✓ analysis_completed', '']);
    const json = await run(['replay', '--from', 'snapshot', '--json']);
    const first = { as_of: '0-0', state_digest: '0'.repeat(16), node_count: 0, relationship_count: 0 };
    expect(json.out).toBe(`${JSON.stringify(first)}\n${stage.raw.join('\n')}\n`);
  });

  it('tail --json prints the log’s own bytes', async () => {
    const { out } = await run(['tail', '--from', 'earliest', '--json'], '1-2');
    expect(out).toBe(`${stage.raw.join('\n')}\n`);
  });

  it('replay ends by itself with exit code 0', async () => {
    const { code, out, err } = await run(['replay', '--json']);
    expect([code, out, err]).toEqual([0, `${stage.raw.join('\n')}\n`, '']);
  });

  it('status shows services and graphs, and says if nobody is connected', async () => {
    const { code, out } = await run(['status']);
    expect(out).toMatch(/ingest +✓ ok/);
    expect(out).toMatch(/g +#2 +2 +99 B +1 +0 +0 +\/g/);
    expect(out).toContain('none is connected');
    expect(code).toBe(0);
  });

  it('status says what does not work and what to do, what several services report only once, with 1', async () => {
    const since = '2026-01-31T12:00:00.000Z';
    const unfit = { code: 'redis_unfit', message: 'its memory is full', remedy: 'Give it more.', since };
    const gone = { code: 'root_unreadable', graph: 'g', message: 'it does not exist', remedy: 'Put it back.', since };
    stage.health = {
      status: 'degraded',
      services: { ingest: { status: 'degraded', troubles: [unfit, gone] }, redis: { status: 'degraded', troubles: [unfit] } },
    };
    const { code, out } = await run(['status']);
    expect(out).toContain(
      [
        `  ! ingest, redis: its memory is full since ${since}`,
        '    Give it more.',
        `  ! ingest: graph g: it does not exist since ${since}`,
        '    Put it back.',
      ].join('\n'),
    );
    expect(code).toBe(1);
  });

  it('status of an unknown graph lists the graphs, and exits with 1', async () => {
    const { code, out, err } = await run(['status', '--graph', 'nope']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('There is no graph nope. There are: g.');
  });

  it('a mistake is said on stderr: exit code 2 if the command line is wrong, 1 if the command failed', async () => {
    for (const [expected, ...args] of [
      [2, 'tail', '--from', 'banana'],
      [2, 'tail', '--form', 'earliest'],
      [2, 'tail', '--from', 'ts:2026-02-31'],
      [2, 'replay', '--to', '7'],
      [2, 'nonsense'],
      [2, 'analyze', '/nowhere/at/all'],
      [1, 'export', '--graph', 'nope'],
    ] as const) {
      const { code, out, err } = await run(args);
      expect([code, out]).withContext(err).toEqual([expected, '']);
      expect(err).not.toContain('    at ');
    }
  });
});

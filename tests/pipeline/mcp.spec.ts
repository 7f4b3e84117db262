import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { TOOLS } from '@graphtail/mcp';
import { eventually } from '../support/eventually.ts';
import { Observer } from '../support/observer.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const SHOP = new URL('../fixtures/shop', import.meta.url).pathname;

/** A question to each tool, and a part of its answer. */
const QUESTIONS: Readonly<Record<string, readonly [object, RegExp]>> = {
  search: [{ query: 'cart' }, /matches for cart/],
  node: [{ symbol: 'Cart.label' }, /src\/cart\/cart\.ts#Cart\.label:\d+-\d+ {2}method/],
  outline: [{ path: 'src/cart/cart.ts' }, /class Cart|Cart/],
  callers: [{ symbol: 'format' }, /callers? of/],
  callees: [{ symbol: 'src/cart/cart.ts#Cart.label' }, /callees? of/],
  references: [{ symbol: 'Cart' }, /references? of/],
  impact: [{ symbols: ['format'] }, /^.*may affect \d+ symbols?/ms],
  path: [{ from: 'src/cart/cart.ts#Cart.label', to: 'format' }, /way/],
  cycles: [{}, /circles of files/],
  rules: [{}, /0 rules, 0 violations at/],
  dead_code: [{}, /candidates? at/],
  routes: [{}, /routes? at/],
  seams: [{}, /seams? at/],
  trace: [{ symbol: 'src/cart/cart.ts#Cart.label' }, /steps? from/],
  hubs: [{ by: 'complexity' }, /by complexity/],
  diff: [{ from: '0-0' }, /0-0 → \d+-\d+: nodes \+/],
  changed_since: [{ since: '2020-01-01T00:00:00Z' }, /cursor: \d+-\d+$/],
  wait_until: [{}, /The graph is at/],
  reanalyze: [{ force: true }, /Analysed: 0 changes/],
};

describe('Coding agents', () => {
  let pipeline: Pipeline;
  const clients: Client[] = [];

  beforeAll(async () => {
    pipeline = await startPipeline();
    const observer = new Observer(pipeline.url, pipeline.graph);
    await observer.sees('analysis_completed');
    await observer.close();
  }, 90_000);
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  afterAll(() => pipeline.stop(), 30_000);

  const connected = async (transport: Parameters<Client['connect']>[0]): Promise<Client> => {
    const client = new Client({ name: 'spec', version: '1' });
    await client.connect(transport);
    clients.push(client);
    return client;
  };
  const byHttp = (headers: Record<string, string> = {}) =>
    connected(new StreamableHTTPClientTransport(new URL(`${pipeline.url}/mcp`), { requestInit: { headers } }));
  const byStdio = (cwd: string, env: Record<string, string> = {}, ...args: string[]) =>
    connected(
      new StdioClientTransport({
        command: process.execPath,
        args: [CLI, 'mcp', ...args],
        cwd,
        env: { ...(process.env as Record<string, string>), ...env },
      }),
    );
  const call = async (client: Client, name: string, input: object = {}): Promise<{ text: string; isError: boolean }> => {
    const { content, isError = false } = await client.callTool({ name, arguments: input as Record<string, unknown> });
    return { text: (content as { text: string }[])[0]!.text, isError };
  };

  for (const transport of ['stdio', 'HTTP'] as const) {
    it(`get an answer from every tool over ${transport}`, async () => {
      const client = transport === 'HTTP' ? await byHttp() : await byStdio(pipeline.root, {}, '--url', pipeline.url);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).sort()).toEqual(TOOLS.map(({ name }) => name).sort());
      for (const [name, [input, expected]] of Object.entries(QUESTIONS)) {
        const { text, isError } = await call(client, name, input);
        expect(text).withContext(name).toMatch(expected);
        expect(isError).withContext(`${name}: ${text}`).toBeFalse();
      }
      expect(Object.keys(QUESTIONS).sort()).toEqual(TOOLS.map(({ name }) => name).sort());
    }, 60_000);
  }

  it('are told which ids a wrong symbol could mean, and which of several a name was taken for', async () => {
    const client = await byHttp();
    const wrong = await call(client, 'callers', { symbol: 'src/cart/cart.ts#Cart.lable' });
    expect([wrong.isError, wrong.text]).toEqual([true, jasmine.stringContaining('src/cart/cart.ts#Cart.label')]);
    expect((await call(client, 'node', { symbol: 'label' })).text).toContain('src/cart/cart.ts#Cart.label');
    expect((await call(client, 'search', { qurey: 'x' })).isError).toBeTrue();
  });

  it('are told what an answer left out, which is not longer than they wanted', async () => {
    const { text } = await call(await byHttp(), 'diff', { from: '0-0', max_tokens: 200 });
    expect(text.length).toBeLessThan(200 * 4 + 200);
    expect(text).toMatch(/left out: \d+ added nodes/);
  });

  it('read resources and prepared prompts', async () => {
    const client = await byHttp();
    const read = async (uri: string): Promise<string> => ((await client.readResource({ uri })).contents[0] as { text: string }).text;
    expect(await read('graphtail://overview')).toContain('shop at ');
    expect(await read(`graphtail://shop/file/${encodeURIComponent('src/cart/cart.ts')}`)).toContain('Cart');
    expect(await read(`graphtail://shop/node/${encodeURIComponent('src/cart/cart.ts#Cart.label')}`)).toContain('method');
    const { messages } = await client.getPrompt({ name: 'trace_request', arguments: { route: 'GET /items' } });
    expect((messages[0]!.content as { text: string }).text).toContain('Trace GET /items');
  });

  it('are told when a resource that they subscribed to has changed', async () => {
    const client = await byStdio(pipeline.root, {}, '--url', pipeline.url);
    const updated: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updated.push(params.uri));
    const uri = `graphtail://shop/file/${encodeURIComponent('src/fresh.ts')}`;
    await client.subscribeResource({ uri });
    expect(updated).toEqual([]);
    let saves = 0;
    await eventually(async () => {
      // The subscription to the log opens in the background: a save before it is there is not told.
      await writeFile(
        join(pipeline.root, 'src/fresh.ts'),
        `export const fresh = () => ${String(++saves)};\nexport const f${String(saves)} = 1;\n`,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      return updated.includes(uri);
    }, 20_000);
  }, 30_000);

  it('of a foreign web page get nothing', async () => {
    const response = await fetch(`${pipeline.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
      body: '{}',
    });
    expect(response.status).toBe(403);
  });

  it('in a folder without a running Graphtail share one that the first starts and the last ends', async () => {
    const home = await realpath(await mkdtemp(join(tmpdir(), 'graphtail-agents-')));
    const root = join(home, 'little');
    await cp(SHOP, root, { recursive: true });
    await mkdir(join(root, '.git')); // what tells an agent in a subfolder which code base it is in
    const env = { XDG_DATA_HOME: home };
    const [one, two] = [await byStdio(root, env), await byStdio(join(root, 'src'), env)];
    const [first, second] = await Promise.all([call(one, 'search', { query: 'cart' }), call(two, 'search', { query: 'cart' })]);
    expect([first.isError, second.isError]).withContext(`${first.text}\n${second.text}`).toEqual([false, false]);
    await eventually(async () => (await call(two, 'search', { query: 'Cart' })).text.includes('src/cart/cart.ts#Cart'), 30_000);
    const dirs = await readdir(join(home, 'graphtail/agents'));
    const lock = join(home, 'graphtail/agents', dirs[0]!, 'lock');
    const isRunning = () => readdir(join(lock, '..')).then((names) => names.includes('lock'));
    expect([dirs.length, await isRunning()]).toEqual([1, true]);
    await clients.shift()!.close();
    expect((await call(two, 'search', { query: 'Cart' })).isError).toBeFalse();
    await clients.shift()!.close();
    await eventually(async () => !(await isRunning()), 20_000);
    await rm(home, { recursive: true, force: true });
  }, 120_000);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const SERVICES = ['ingest', 'projector', 'notifier'];

/** Listens on a port as soon as that is possible. */
async function occupy(port: number, asked: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  await eventually(async () => {
    server.listen(port, '127.0.0.1');
    return once(server, 'listening').then(
      () => true,
      () => false, // the process that was killed still has it
    );
  });
  return server;
}

describe('The ports of `graphtail up`', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline();
  }, 90_000);
  let other: ChildProcess | undefined;
  afterAll(async () => {
    other?.kill('SIGKILL');
    await pipeline.stop();
  });

  /** The ports on which a service has listened, the newest last. */
  async function portsOf(service: string): Promise<number[]> {
    const lines = (await readFile(join(pipeline.dataDir, 'logs', `${service}.log`), 'utf8')).split('\n');
    return lines.filter((line) => line.includes('"msg":"started"')).map((line) => (JSON.parse(line) as { port: number }).port);
  }
  const healthy = (): Promise<boolean> =>
    pipeline.get('/health').then(
      () => true,
      () => false,
    );

  it('are free ones, whatever takes the last one of a service while it is down; what took it is asked nothing', async () => {
    for (const service of SERVICES) {
      const [last] = (await portsOf(service)).slice(-1);
      process.kill((await pipeline.pidOf(service))!, 'SIGKILL');
      const asked: string[] = [];
      const squatter = await occupy(last!, asked);
      await eventually(() => pipeline.output().includes(`✓ ${service.padEnd(10)} is back`), 30_000);
      await eventually(healthy, 30_000);
      expect((await portsOf(service)).at(-1)).not.toBe(last);
      expect(asked).toEqual([]);
      squatter.closeAllConnections();
      squatter.close();
    }
    expect(pipeline.output()).not.toContain("can't listen");
    const { total_nodes } = await pipeline.get<{ total_nodes: number }>('/api/graph/stats');
    expect(total_nodes).toBeGreaterThan(0);
  }, 120_000);

  it('of the front door is the only fixed one: it is said that it was taken while the gateway was down, and taken again when free', async () => {
    const port = Number(new URL(pipeline.url).port);
    process.kill((await pipeline.pidOf('gateway'))!, 'SIGKILL');
    const squatter = await occupy(port, []);
    await eventually(() => new RegExp(`Port ${String(port)} is in use.*--port.*until that is mended`).test(pipeline.output()), 30_000);
    squatter.closeAllConnections();
    squatter.close();
    await eventually(healthy, 60_000);
    expect((await portsOf('gateway')).at(-1)).toBe(port);
  }, 120_000);

  it('of the front door is a free one with --port 0, and stays when the gateway is started again', async () => {
    const own = join(pipeline.dataDir, 'other');
    const up = spawn(process.execPath, [CLI, 'up', pipeline.root, '--port', '0', '--data-dir', own], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    other = up;
    let said = '';
    up.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const address = (): string | undefined => / (http:\/\/127\.0\.0\.1:[1-9]\d*)\S* /.exec(said)?.[1];
    await eventually(() => address() !== undefined, 60_000);
    const ready = async (): Promise<number | undefined> =>
      fetch(`${address()!}/ready`).then(
        ({ status }) => status,
        () => undefined,
      );
    expect(await ready()).toBe(200);
    expect(await readFile(join(own, 'lock'), 'utf8')).toContain(address()!);
    const children = (await readFile(`/proc/${String(up.pid)}/task/${String(up.pid)}/children`, 'utf8')).trim().split(' ');
    const commands = await Promise.all(children.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8')] as const));
    process.kill(Number(commands.find(([, command]) => command.includes('services/gateway'))![0]), 'SIGKILL');
    await eventually(() => said.includes('✓ gateway    is back'), 30_000);
    expect(await ready()).toBe(200);
    up.kill('SIGINT');
    expect(await once(up, 'exit')).toEqual([0, null]);
  }, 120_000);
});

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ServiceMessage } from './service.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/service.ts');

function start(
  env: Record<string, string> = {},
  args: string[] = [],
): { child: ChildProcess; output: () => string; exit: Promise<unknown[]> } {
  const child = fork(FIXTURE, args, { env: { PATH: process.env['PATH'], ...env }, silent: true });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Not 'close': Node does not emit it where the parent disconnected.
  const exit = Promise.all([once(child, 'exit'), once(child.stdout ?? child, 'end')]).then(([ended]) => ended);
  return { child, output: () => output, exit };
}

async function message(child: ChildProcess, type: ServiceMessage['type']): Promise<ServiceMessage> {
  for (;;) {
    const [received] = (await once(child, 'message')) as [ServiceMessage];
    if (received.type === type) return received;
  }
}

describe('a service process', () => {
  it('tells its parent that it is ready, and every second that it is alive', async () => {
    const { child, exit } = start();
    const ready = await message(child, 'ready');
    expect(ready.type === 'ready' && (ready.port ?? 0) > 0).toBeTrue();
    expect((await message(child, 'alive')).type).toBe('alive');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('closes when its parent has ended', async () => {
    const { child, exit, output } = start();
    await message(child, 'ready');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
    expect(output()).toContain('the parent is gone');
  });

  it('ends within 4 s of SIGINT even if closing hangs', async () => {
    const { child, exit } = start({ GRAPHTAIL_HOW: 'hangs' });
    await message(child, 'ready');
    const started = performance.now();
    child.kill('SIGINT');
    expect(await exit).toEqual([1, null]);
    expect(performance.now() - started).toBeLessThan(4500);
  });

  it('exits with 1 after an uncaught error, which it logs', async () => {
    const { child, exit, output } = start();
    const ready = await message(child, 'ready');
    if (ready.type === 'ready') await fetch(`http://127.0.0.1:${String(ready.port)}/crash`).catch(() => undefined);
    expect(await exit).toEqual([1, null]);
    expect(output()).toContain('"message":"crashed"');
  });

  it('exits with 1 if it cannot start', async () => {
    const { exit, output } = start({ GRAPHTAIL_HOW: 'throws' });
    expect(await exit).toEqual([1, null]);
    expect(output()).toContain('no luck');
  });

  it("reports a user's mistake in one line without a stack trace", async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    for (const [env, says] of [
      [{ GRAPHTAIL_PORT: 'eighty' }, 'config: GRAPHTAIL_PORT'],
      [
        { GRAPHTAIL_HOST: '0.0.0.0' },
        'config: GRAPHTAIL_HOST: 0.0.0.0 can be reached by others: set GRAPHTAIL_JWT_SECRET, or GRAPHTAIL_INSECURE=1',
      ],
      [{ GRAPHTAIL_JWT_SECRET: 'short' }, 'config: GRAPHTAIL_JWT_SECRET: must have at least 16 bytes'],
      [{ GRAPHTAIL_PORT: port }, `can't listen on 127.0.0.1:${port}: the port is in use`],
    ] as const) {
      const { exit, output } = start(env);
      expect(await exit).toEqual([1, null]);
      expect(output()).toContain(says);
      expect(output()).not.toContain('    at ');
    }
    taken.close();
  });

  it('prints its settings for --help', async () => {
    const { exit, output } = start({}, ['--help']);
    expect(await exit).toEqual([0, null]);
    expect(output()).toContain('GRAPHTAIL_HOW');
  });
});

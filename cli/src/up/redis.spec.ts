import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Durability } from '@graphtail/facts';
import { Redis } from 'ioredis';
import { provideRedis, spawnRedis } from '../../../scripts/provide/redis.ts';
import { startRedis } from '../../../tests/support/redis.ts';
import { UserError } from '../user-error.ts';
import { DataDir } from './data-dir.ts';
import { isAlive } from './processes.ts';
import { privateRedis, reachRedis } from './redis.ts';
import type { SupervisedEvent } from './supervised.ts';

describe('the private Redis', () => {
  let folder: string;
  let data: DataDir;
  let durability: Durability = 'everysec';
  const events: SupervisedEvent[] = [];
  const start = () =>
    privateRedis(
      data,
      durability,
      () => undefined,
      (event) => events.push(event),
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'graphtail-private-'));
    data = await DataDir.take(folder, 'x');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps what it was given over a stop and a start, and never evicts', async () => {
    const first = await start();
    first.process.start();
    await first.process.whenReady();
    const writer = new Redis(first.url);
    await writer.set('kept', '1');
    expect(await writer.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    writer.disconnect();
    await first.process.stop(2000);
    const second = await start();
    second.process.start();
    await second.process.whenReady();
    const reader = new Redis(second.url);
    expect(await reader.get('kept')).toBe('1');
    reader.disconnect();
    expect(first.port === 6379 || second.port === 6379).toBeFalse();
    await second.process.stop(2000);
  });

  it('syncs its file as the durability says', async () => {
    for (durability of ['always', 'everysec'] as const) {
      const redis = await start();
      redis.process.start();
      await redis.process.whenReady();
      const client = new Redis(redis.url);
      expect(await client.config('GET', 'appendfsync')).toEqual(['appendfsync', durability]);
      client.disconnect();
      await redis.process.stop(2000);
    }
  });

  it('ends one that a killed Graphtail left behind, so that its files have one owner', async () => {
    const server = await provideRedis();
    const leftover = await spawnRedis(server, [
      '--port',
      '0',
      '--unixsocket',
      join(folder, 's'),
      '--dir',
      data.redis,
      '--pidfile',
      join(data.redis, 'redis.pid'),
    ]);
    leftover.unref();
    const pidFile = join(data.redis, 'redis.pid');
    while (!isWritten(pidFile)) await new Promise((resolve) => setTimeout(resolve, 5));
    const redis = await start();
    expect(redis.endedLeftover).toBeTrue();
    expect(isAlive(leftover.pid ?? 0)).toBeFalse();
    expect((await start()).endedLeftover).toBeFalse();
  });
});

describe('a Redis that is named', () => {
  it('is reached, or said not to be, with the reason and without its password', async () => {
    const server = await startRedis({ args: ['--requirepass', 'hunter2'] });
    await expectAsync(reachRedis(`redis://:hunter2@127.0.0.1:${String(server.port)}`)).toBeResolved();
    const refused = (error: unknown): boolean =>
      error instanceof UserError &&
      /Can't reach Redis at .*(NOAUTH|WRONGPASS).*--redis-url/.test(error.message) &&
      !error.message.includes('wrong-one');
    for (const password of ['', ':wrong-one@']) {
      const error: unknown = await reachRedis(`redis://${password}127.0.0.1:${String(server.port)}`).catch((thrown: unknown) => thrown);
      expect(refused(error)).withContext(String(error)).toBeTrue();
    }
    await server.stop();
    await expectAsync(reachRedis(server.url, 500)).toBeRejectedWithError(UserError, /ECONNREFUSED/);
  });
});

function isWritten(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}

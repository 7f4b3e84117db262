import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { socketPathOf, type Durability } from '@graphtail/facts';
import { Redis } from 'ioredis';
import { provideRedis, spawnRedis } from '../../../scripts/provide/redis.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { startRedis } from '../../../tests/support/redis.ts';
import { UserError } from '../user-error.ts';
import { DataDir } from './data-dir.ts';
import { isAlive } from '@graphtail/runtime/folder';
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

  it('keeps its data over a stop and a start, and never evicts', async () => {
    const first = await start();
    first.process.start();
    await first.process.whenReady();
    const writer = client(first);
    await writer.set('kept', '1');
    expect(await writer.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    writer.disconnect();
    await first.stop(2000);
    const second = await start();
    second.process.start();
    await second.process.whenReady();
    const reader = client(second);
    expect(await reader.get('kept')).toBe('1');
    reader.disconnect();
    await second.stop(2000);
  });

  it('syncs its file as the declared durability requires', async () => {
    for (durability of ['always', 'everysec'] as const) {
      const redis = await start();
      redis.process.start();
      await redis.process.whenReady();
      const asker = client(redis);
      expect(await asker.config('GET', 'appendfsync')).toEqual(['appendfsync', durability]);
      asker.disconnect();
      await redis.stop(2000);
    }
  });

  it('can be reached only by this user: it listens on no port, and others cannot read what it writes', async () => {
    const redis = await start();
    redis.process.start();
    await redis.process.whenReady();
    const asker = client(redis);
    await asker.set('kept', '1');
    expect(await asker.config('GET', 'port')).toEqual(['port', '0']);
    expect(socketPathOf(redis.url)).toBe(join(data.redis, 'redis.sock'));
    expect(modeOf(folder)).toBe('700');
    const open = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /[^0]$|[^0].$/.test(modeOf(join(folder, path))),
    );
    expect(open).toEqual([]);
    asker.disconnect();
    await redis.stop(2000);
    expect(existsSync(join(data.redis, 'redis.sock'))).toBeFalse();
  });

  it("has its socket elsewhere if the folder's path is too long for one, and leaves nothing there", async () => {
    const deep = join(folder, ...Array.from({ length: 8 }, () => 'd'.repeat(20)));
    data = await DataDir.take(deep, 'x');
    const killed = await start(); // never stopped: what it leaves is cleared away by the next
    const redis = await start();
    redis.process.start();
    await redis.process.whenReady();
    const path = socketPathOf(redis.url)!;
    expect(path.startsWith(join(tmpdir(), 'graphtail-'))).toBeTrue();
    expect(modeOf(dirname(path))).toBe('700');
    expect(statSync(join(data.redis, 'redis.sock')).ino).toBe(statSync(path).ino); // a link, for people
    expect(existsSync(dirname(socketPathOf(killed.url)!))).toBeFalse();
    const asker = client(redis);
    expect(await asker.ping()).toBe('PONG');
    asker.disconnect();
    await redis.stop(2000);
    expect(existsSync(dirname(path))).toBeFalse();
    expect(readdirSync(data.redis)).not.toContain('redis.sock');
  });

  it('is restarted on its socket after it was killed', async () => {
    const redis = await start();
    redis.process.start();
    await redis.process.whenReady();
    const before = redis.process.pid!;
    process.kill(before, 'SIGKILL');
    await eventually(() => redis.process.pid !== before && redis.process.pid !== undefined);
    const asker = client(redis);
    expect(await asker.ping()).toBe('PONG');
    asker.disconnect();
    await redis.stop(2000);
  });

  describe('whose file was damaged', () => {
    let part: string;
    const size = (): number => statSync(part).size;
    const damage = (at: number, bytes: number): void => {
      const file = openSync(part, 'r+');
      writeSync(file, Buffer.alloc(bytes), 0, bytes, at);
      closeSync(file);
    };
    beforeEach(async () => {
      const redis = await start();
      redis.process.start();
      await redis.process.whenReady();
      const writer = client(redis);
      for (let i = 0; i < 50; i++) await writer.set('kept', String(i));
      writer.disconnect();
      await redis.stop(2000);
      part = join(data.redis, 'appendonlydir/appendonly.aof.1.incr.aof');
      events.length = 0;
    });

    it('at its end starts with the whole part, and says how much was cut and where the damaged file is', async () => {
      damage(size(), 5000);
      const redis = await start();
      redis.process.start();
      await redis.process.whenReady();
      const reader = client(redis);
      expect(await reader.get('kept')).toBe('49');
      const what = jasmine.stringMatching(
        /^5000 bytes were cut off the damaged end of .*incr\.aof;.*kept: .*damaged-/,
      ) as unknown as string;
      expect(events).toEqual([
        { kind: 'mended', what },
        { kind: 'ready', again: false },
      ]);
      reader.disconnect();
      await redis.stop(2000);
    });

    it('before its end is given up at once, with one line that names the file, the place and what to do', async () => {
      damage(Math.floor(size() / 2), 10);
      const redis = await start();
      redis.process.start();
      const error: unknown = await redis.process.whenReady().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toMatch(
        /^Redis can't load [^\n]*1\.incr\.aof: it is damaged at byte \d+ of \d+[^\n]*redis-check-aof --fix[^\n]*$/,
      );
      expect(redis.process.restarts).toBe(0);
      await redis.stop(2000);
    });
  });

  it('whose folder is deleted while it runs goes on, and says once that its data will be lost', async () => {
    const redis = await start();
    redis.process.start();
    await redis.process.whenReady();
    const writer = client(redis);
    await writer.ping();
    events.length = 0;
    rmSync(data.redis, { recursive: true });
    await eventually(() => events.length > 0);
    expect(events).toEqual([{ kind: 'hindered', why: jasmine.stringMatching(/was deleted or replaced: .* is lost/) as unknown as string }]);
    expect(await writer.set('a', '1')).toBe('OK');
    writer.disconnect();
    await redis.stop(2000);
  });

  it('whose folder was deleted before a restart is given up at once, and says so', async () => {
    const redis = await start();
    rmSync(data.redis, { recursive: true });
    redis.process.start();
    await expectAsync(redis.process.whenReady()).toBeRejectedWithError(UserError, /can't keep its files in .*: it was deleted/);
    expect(redis.process.restarts).toBe(0);
    await redis.stop(2000);
  });

  it('goes on while its disk is full: it says so once, and appends again when there is space', async () => {
    // Only root may mount; that such an answer is life is held by the spec of the pulse too.
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', folder]).status !== 0) return;
    try {
      data = await DataDir.take(folder, 'x');
      durability = 'everysec';
      const redis = await start();
      redis.process.start();
      await redis.process.whenReady();
      events.length = 0;
      const writer = client(redis);
      const fill = join(folder, 'fill');
      expect(() => writeFileSync(fill, Buffer.alloc(2 ** 22))).toThrowError(/ENOSPC/);
      const write = (): Promise<unknown> => writer.set('kept', 'x'.repeat(10_000));
      await eventually(async () => {
        await write().catch(() => undefined);
        return events.length > 0;
      });
      await expectAsync(write()).toBeRejectedWithError(/MISCONF/);
      rmSync(fill);
      await eventually(() => events.length > 1);
      await write();
      expect(events).toEqual([
        { kind: 'hindered', why: jasmine.stringContaining('its disk is full') as unknown as string },
        { kind: 'unhindered' },
      ]);
      writer.disconnect();
      await redis.stop(2000);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  it('ends a Redis that a killed Graphtail left behind, so that its files have one owner', async () => {
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
  it('is reached, or reported as unreachable with the reason and without its password', async () => {
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

  it('is refused in one line if what answers there is no Redis', async () => {
    const web = createServer().listen(0, '127.0.0.1');
    await once(web, 'listening');
    const url = `redis://127.0.0.1:${String((web.address() as AddressInfo).port)}`;
    await expectAsync(reachRedis(url)).toBeRejectedWithError(UserError, /^What answers at \S+ is no Redis; check --redis-url[^\n]*\.$/);
    web.close();
  });

  it('is refused if it is not fit to hold logs, in one line that says everything it lacks', async () => {
    const server = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru', '--maxmemory', '1000'] });
    const lacks = /can't hold the logs: .*allkeys-lru.*; its memory is full[^\n]*\.$/;
    await expectAsync(reachRedis(server.url)).toBeRejectedWithError(UserError, lacks);
    await server.stop();
    const small = await startRedis();
    await expectAsync(reachRedis(`${small.url}/99`)).toBeRejectedWithError(UserError, /it has no (such )?database/);
    await small.stop();
  });
});

function client(redis: { url: string }): Redis {
  const connection = new Redis({ path: socketPathOf(redis.url)! });
  connection.on('error', () => undefined);
  return connection;
}

function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8).padStart(3, '0');
}

function isWritten(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}

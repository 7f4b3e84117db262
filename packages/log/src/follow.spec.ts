import { ORIGIN, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { eventually } from '../../../tests/support/eventually.ts';
import { appendNamed } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { sliceAfter } from './batch.ts';
import { CursorRefused } from './errors.ts';
import { openLog, type FactLog } from './fact-log.ts';
import { follow } from './follow.ts';
import { connect } from './redis.ts';

let server: TestRedis;
let redis: Redis;
let log: FactLog;

beforeAll(async () => {
  server = await startRedis({ appendonly: true });
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  redis = connect(server.url);
  await redis.flushall();
  log = openLog(redis, 'g');
});
afterEach(() => {
  redis.disconnect();
});

type Follower = { names: string[]; error: unknown; ended: Promise<void>; stop(): void };

function startFollowing(from: Offset): Follower {
  const stop = new AbortController();
  const follower: Follower = { names: [], error: undefined, ended: Promise.resolve(), stop: () => stop.abort() };
  let cursor = from;
  const run = async (): Promise<void> => {
    const blocking = connect(server.url, { blocking: true });
    try {
      for await (const followed of follow(log, from, { signal: stop.signal, blocking })) {
        if (followed.kind !== 'batch') continue;
        const { facts, through } = sliceAfter(followed.batch, cursor);
        for (const fact of facts) follower.names.push((JSON.parse(fact) as { data: { name: string } }).data.name);
        cursor = through;
      }
    } catch (error) {
      follower.error = error;
    } finally {
      blocking.disconnect();
    }
  };
  follower.ended = run();
  return follower;
}

describe('Following a log', () => {
  it('gives what is there, then what comes, each fact once and in order', async () => {
    await appendNamed(log, 'a', 'b');
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.names.length === 2);
    for (const name of ['c', 'd', 'e']) await appendNamed(log, name);
    await eventually(() => follower.names.length === 5);
    expect(follower.names).toEqual(['a', 'b', 'c', 'd', 'e']);
    follower.stop();
    await follower.ended;
  });

  it('goes on over a restart of Redis without a gap or a repeat', async () => {
    const follower = startFollowing(ORIGIN);
    const expected: string[] = [];
    for (let i = 0; i < 12; i++) {
      if (i % 4 === 2) await server.restart();
      expected.push(String(i));
      await appendNamed(log, String(i));
    }
    await eventually(() => follower.names.length >= expected.length);
    expect(follower.names).toEqual(expected);
    follower.stop();
    await follower.ended;
  });

  it('ends with a refusal after FLUSHALL, instead of going on in silence', async () => {
    await appendNamed(log, 'a');
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.names.length === 1);
    await redis.flushall();
    await appendNamed(log, 'x', 'y', 'z');
    await follower.ended;
    expect(follower.error).toBeInstanceOf(CursorRefused);
    expect((follower.error as CursorRefused).refusal.code).toBe('STREAM_REPLACED');
    expect(follower.names).toEqual(['a']);
  });

  it('notices FLUSHALL within its time-out, though nothing is appended any more', async () => {
    await appendNamed(log, 'a');
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.names.length === 1);
    await redis.flushall();
    await follower.ended;
    expect((follower.error as CursorRefused).refusal.code).toBe('STREAM_REPLACED');
  });
});

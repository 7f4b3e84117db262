import { ORIGIN, type Offset } from '@graphtail/facts';
import { eventually } from '../../../tests/support/eventually.ts';
import { appendNamed } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { sliceAfter } from './batch.ts';
import { CursorRefused } from './errors.ts';
import { follow } from './follow.ts';
import { connect } from './redis.ts';

const context = useLog({ appendonly: true });

type Follower = { names: string[]; states: string[]; idleAt: number[]; error: unknown; ended: Promise<void>; stop(): void };

function startFollowing(from: Offset): Follower {
  const stop = new AbortController();
  const follower: Follower = { names: [], states: [], idleAt: [], error: undefined, ended: Promise.resolve(), stop: () => stop.abort() };
  let cursor = from;
  const run = async (): Promise<void> => {
    const blocking = connect(context.server.url, { blocking: true });
    try {
      for await (const followed of follow(context.log, from, {
        signal: stop.signal,
        blocking,
        onState: (state) => follower.states.push(state),
      })) {
        if (followed.kind === 'idle') follower.idleAt.push(follower.names.length);
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
  it('returns existing facts, then new ones, each once and in order', async () => {
    await appendNamed(context.log, 'a', 'b');
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.names.length === 2);
    for (const name of ['c', 'd', 'e']) await appendNamed(context.log, name);
    await eventually(() => follower.names.length === 5);
    expect(follower.names).toEqual(['a', 'b', 'c', 'd', 'e']);
    follower.stop();
    await follower.ended;
  });

  it('reports that it is idle at the head, and not before', async () => {
    for (let i = 0; i < 120; i++) await appendNamed(context.log, String(i)); // more than a page
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.idleAt.length > 0);
    expect(follower.idleAt[0]).toBe(120);
    follower.stop();
    await follower.ended;
  });

  it('continues over a restart of Redis without a gap or a repeat', async () => {
    const follower = startFollowing(ORIGIN);
    const expected: string[] = [];
    for (let i = 0; i < 12; i++) {
      if (i % 4 === 2) await context.server.restart();
      expected.push(String(i));
      await appendNamed(context.log, String(i));
    }
    await eventually(() => follower.names.length >= expected.length);
    expect(follower.names).toEqual(expected);
    follower.stop();
    await follower.ended;
  });

  it('ends with a refusal after FLUSHALL, instead of continuing in silence', async () => {
    await appendNamed(context.log, 'a');
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.names.length === 1);
    await context.redis.flushall();
    await appendNamed(context.log, 'x', 'y', 'z');
    await follower.ended;
    expect(follower.error).toBeInstanceOf(CursorRefused);
    expect((follower.error as CursorRefused).refusal.code).toBe('STREAM_REPLACED');
    expect(follower.names).toEqual(['a']);
  });

  it('notices FLUSHALL within its timeout, even if nothing is appended any more', async () => {
    await appendNamed(context.log, 'a');
    const follower = startFollowing(ORIGIN);
    await eventually(() => follower.names.length === 1);
    await context.redis.flushall();
    await follower.ended;
    expect((follower.error as CursorRefused).refusal.code).toBe('STREAM_REPLACED');
  });

  it('continues after Redis was stopped and resumed, with whatever was appended then', async () => {
    const follower = startFollowing(ORIGIN);
    await appendNamed(context.log, 'a');
    await eventually(() => follower.names.length === 1);
    process.kill(context.server.pid, 'SIGSTOP');
    await eventually(() => follower.states.at(-1) === 'down');
    process.kill(context.server.pid, 'SIGCONT');
    await appendNamed(context.log, 'b');
    await eventually(() => follower.names.length === 2);
    expect(follower.names).toEqual(['a', 'b']);
    follower.stop();
    await follower.ended;
  }, 30_000);
});

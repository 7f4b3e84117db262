import { ORIGIN, emptyState, evolve, stateDigest, type Fact, type GraphState, type Offset } from '@graphtail/facts';
import { appendNamed } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { decodeFacts } from './batch.ts';
import { graphKey } from './keys.ts';
import { callFunction } from './library.ts';
import { Snapshots } from './snapshots.ts';

const context = useLog();
let corrupt: Offset[];
let snapshots: Snapshots;

beforeEach(() => {
  corrupt = [];
  snapshots = new Snapshots(context.redis, context.log, (asOf) => corrupt.push(asOf));
});

async function foldAll(): Promise<GraphState> {
  const { batches } = await context.log.readAfter(ORIGIN, { entries: 1_000 });
  return batches.flatMap((batch): Fact[] => decodeFacts(batch, batch.prev)).reduce(evolve, emptyState());
}

async function saveAfter(name: string): Promise<Offset> {
  await appendNamed(context.log, name);
  const { head, digest } = await context.log.state();
  expect(await snapshots.save(head, digest, await foldAll())).toBeTrue();
  return head;
}

async function keysOf(asOf: Offset): Promise<string[]> {
  return (await context.redis.keys(graphKey('g', `snapshot:${asOf}*`))).sort();
}

/** The key of its only chunk. */
async function chunkOf(asOf: Offset): Promise<string> {
  return (await keysOf(asOf)).find((key) => key.endsWith(':0'))!;
}

describe('A snapshot', () => {
  it('contains the state, whatever its size, and proves it by its digest', async () => {
    await appendNamed(context.log, ...Array.from({ length: 240 }, (_, i) => `n${String(i)}`));
    const head = await saveAfter('ü');
    const loaded = await snapshots.newest();
    expect(loaded?.asOf).toBe(head);
    expect(loaded?.state.nodes.size).toBe(241);
    expect(stateDigest(loaded!.state)).toBe(stateDigest(await foldAll()));
  });

  it('that is damaged is skipped, and the next older one is used', async () => {
    const older = await saveAfter('a');
    const newer = await saveAfter('b');
    await context.redis.setrange(await chunkOf(newer), 20, 'xxxx');
    expect((await snapshots.newest())?.asOf).toBe(older);
    expect(corrupt).toEqual([newer]);
  });

  it('that lacks a chunk is skipped, and so is one of another version', async () => {
    const saved = [await saveAfter('a'), await saveAfter('b'), await saveAfter('c')];
    const manifestKey = graphKey('g', `snapshot:${saved[2]!}`);
    const manifest = JSON.parse((await context.redis.get(manifestKey))!) as { version: number };
    await context.redis.set(manifestKey, JSON.stringify({ ...manifest, version: manifest.version + 1 }));
    await context.redis.del(await chunkOf(saved[1]!));
    expect((await snapshots.newest())?.asOf).toBe(saved[0]);
    expect(corrupt).toEqual([saved[2]!, saved[1]!]);
    expect((await snapshots.manifests()).map(({ as_of }) => as_of as Offset)).toEqual([saved[1]!, saved[0]!]);
  });

  it('whose state is not the announced one is skipped too', async () => {
    const older = await saveAfter('a');
    const newer = await saveAfter('b');
    const key = graphKey('g', `snapshot:${newer}`);
    const manifest = JSON.parse((await context.redis.get(key))!) as object;
    await context.redis.set(key, JSON.stringify({ ...manifest, chunks: [] }));
    expect((await snapshots.newest())?.asOf).toBe(older);
    expect(corrupt).toEqual([newer]);
  });

  it('of a timeline that the log lost is skipped', async () => {
    const older = await saveAfter('a');
    const newer = await saveAfter('b');
    await context.redis.xdel(context.log.keys.log, newer); // as where the log is a copy that missed the last write
    expect((await snapshots.newest())?.asOf).toBe(older);
    expect(corrupt).toEqual([]);
  });

  it('is found at or before an offset', async () => {
    const [older, newer] = [await saveAfter('a'), await saveAfter('b')];
    for (const [atOrBefore, asOf] of [
      [2, newer],
      [1, older],
      [0, undefined],
    ] as const)
      expect((await snapshots.newest(atOrBefore))?.asOf).toBe(asOf);
  });

  it('is refused if it is not a state of this log', async () => {
    await appendNamed(context.log, 'a');
    const { head, digest } = await context.log.state();
    await context.redis.flushall();
    await appendNamed(context.log, 'b');
    expect(await snapshots.save(head, digest, emptyState())).toBeFalse();
    expect(await snapshots.save((await context.log.state()).head, digest, emptyState())).toBeFalse();
    expect(await snapshots.newest()).toBeUndefined();
  });

  it('is kept together with the two before it, and nothing of older ones remains', async () => {
    const saved: Offset[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) saved.push(await saveAfter(name));
    expect(await snapshots.list()).toEqual(saved.slice(2).reverse());
    expect((await context.redis.keys(graphKey('g', 'snapshot:*'))).length).toBe(6);
  });

  it('of an earlier, longer log does not take the place of those of the present log', async () => {
    await appendNamed(context.log, ...Array.from({ length: 50 }, (_, i) => `n${String(i)}`));
    const old = [await saveAfter('a'), await saveAfter('b'), await saveAfter('c')];
    await context.redis.del(context.log.keys.log, context.log.keys.meta);
    const now = [await saveAfter('x'), await saveAfter('y')];
    expect(await snapshots.list()).toEqual(now.reverse());
    for (const asOf of old) expect(await keysOf(asOf)).toEqual([]);
  });

  it('holds back trimming: it never passes the second-newest', async () => {
    await saveAfter('a');
    const second = await saveAfter('b');
    const newest = await saveAfter('c');
    expect((await context.log.trim(newest, 0)).floor).toBe(second);
  });

  it('of one offset can be saved by several projectors at once: one of them remains, complete', async () => {
    await appendNamed(context.log, 'a', 'b', 'c');
    const { head, digest } = await context.log.state();
    const state = await foldAll();
    const others = ['x', 'y', 'z'].map(() => new Snapshots(context.redis, context.log));
    const inAnotherOrder = { ...state, nodes: new Map([...state.nodes].reverse()) };
    const saving = others.map((each, i) => each.save(head, digest, i === 1 ? inAnotherOrder : state));
    expect(await Promise.all(saving)).toEqual([true, true, true]);
    expect(stateDigest((await snapshots.newest())!.state)).toBe(stateDigest(state));
    const lasting = await Promise.all((await keysOf(head)).map(async (key) => (await context.redis.ttl(key)) === -1));
    expect(lasting.filter((lasts) => lasts).length).toBe(2); // a manifest and its chunk; what was replaced goes by itself
  });

  it('that was damaged is replaced by saving the same offset again', async () => {
    const head = await saveAfter('a');
    await context.redis.setrange(await chunkOf(head), 20, 'xxxx');
    expect(await snapshots.newest()).toBeUndefined();
    expect(await snapshots.save(head, (await context.log.state()).digest, await foldAll())).toBeTrue();
    expect((await snapshots.newest())?.asOf).toBe(head);
  });

  it('is not committed if a part of it has expired meanwhile', async () => {
    await appendNamed(context.log, 'a');
    const { head, digest } = await context.log.state();
    const { meta, log, epochs, snapshots: listed } = context.log.keys;
    const keys = [meta, log, epochs, listed, graphKey('g', `snapshot:${head}`), graphKey('g', `snapshot:${head}:x:0`)];
    expect(await callFunction(context.redis, 'commit_snapshot', keys, [head, digest, '{}'])).toEqual(['refused', 'EXPIRED']);
    expect([await snapshots.list(), await keysOf(head)]).toEqual([[], []]);
  });

  it('does not expire once it is committed, and the remains of an interrupted save do', async () => {
    const head = await saveAfter('a');
    expect(await context.redis.ttl(await chunkOf(head))).toBe(-1);
    await appendNamed(context.log, 'b');
    const next = await context.log.state();
    const set = spyOn(context.redis, 'set').and.callThrough();
    await snapshots.save(next.head, 'ffffffffffffffff', await foldAll()); // refused: what it wrote is taken away again
    const lifetimes = set.calls.allArgs().map((args: readonly unknown[]) => args.slice(2));
    expect(lifetimes).toEqual([['EX', 900]]);
    expect(await context.redis.keys(graphKey('g', `snapshot:${next.head}*`))).toEqual([]);
  });
});

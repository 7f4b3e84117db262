import { offset, type NewFact, type Offset } from '@graphtail/facts';
import { LogDamaged, GraphRegistry, Snapshots, connect, openLog, type FactLog } from '@graphtail/log';
import { damageBatch, garble } from '../../../../tests/support/damage.ts';
import { producerFor } from '../../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { added, folded, nodeNamed } from '../../testing/facts.ts';
import { GraphStates } from './graph-states.ts';

const never = new AbortController().signal;

describe("A graph's past states", () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let log: FactLog;
  let snapshots: Snapshots;
  let epoch: number;
  const facts: readonly NewFact[] = Array.from({ length: 30 }, (_, i) => added(nodeNamed(`a.ts#f${String(i)}`)));

  const append = async (some: readonly NewFact[]): Promise<Offset> => {
    const producer = await producerFor(log);
    await producer.append([some], () => undefined);
    return producer.position!.head;
  };

  beforeEach(async () => {
    server = await startRedis();
    redis = connect(server.url);
    await new GraphRegistry(redis).add('g', '/');
    log = openLog(redis, 'g');
    snapshots = new Snapshots(redis, log);
    for (let i = 0; i < 30; i += 10) await append(facts.slice(i, i + 10));
    ({ epoch } = await log.state());
  });
  afterEach(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('are folded from a snapshot that was saved after a damaged batch; before it they are unknown', async () => {
    const { digest, head } = await log.state();
    expect(await snapshots.save(head, digest, folded(facts).state)).toBeTrue();
    const last = await append([added(nodeNamed('last.ts'))]);
    await damageBatch(redis, log, offset(epoch, 20), garble);
    const states = new GraphStates(log, snapshots);
    expect((await states.at(last, never)).nodes.size).toBe(31);
    expect((await states.at(offset(epoch, 5), never)).nodes.size).toBe(5);
    await expectAsync(states.at(offset(epoch, 15), never)).toBeRejectedWithError(LogDamaged);
  });

  it('are dropped when the log has lost facts that they contain', async () => {
    const states = new GraphStates(log, snapshots);
    expect((await states.at(offset(epoch, 30), never)).nodes.size).toBe(30);
    await redis.flushall();
    await new GraphRegistry(redis).add('g', '/');
    const head = await append([added(nodeNamed('new.ts'))]);
    expect([...(await states.at(head, never)).nodes.keys()]).toEqual(['new.ts']);
  });
});

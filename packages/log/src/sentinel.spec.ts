import { ORIGIN, seqOf, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { connect, findUnfitness, follow, openLog, CursorRefused } from './index.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { LogWriter, namesIn } from '../../../tests/support/log-writer.ts';
import { startSentinels, type TestSentinels } from '../../../tests/support/redis-sentinel.ts';

describe('A log behind Sentinel', () => {
  let sentinels: TestSentinels;
  let clients: Redis[];

  const open = (options: Parameters<typeof connect>[1] = {}): Redis => {
    const client = connect(sentinels.url, options);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    clients = [];
    sentinels = await startSentinels();
  }, 60_000);
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await sentinels.close();
  });

  it('goes on after a failover under load, and when the old master is back as a replica: a new epoch, nothing twice, losses are reported', async () => {
    const log = openLog(open(), 'g');
    expect(await findUnfitness(open())).toEqual([]);
    const stop = new AbortController();
    const seen: Offset[] = [];
    let refused: CursorRefused | undefined;
    const tail = (async () => {
      for (let from: Offset = ORIGIN; !stop.signal.aborted;) {
        try {
          for await (const followed of follow(openLog(open(), 'g'), from, { signal: stop.signal, blocking: open({ blocking: true }) }))
            if (followed.kind === 'batch') seen.push((from = followed.batch.through));
        } catch (error) {
          if (!(error instanceof CursorRefused)) throw error;
          refused = error;
          from = error.refusal.resumeAt!;
          while (seen.length > 0 && seqOf(seen.at(-1)!) > seqOf(from)) seen.pop();
        }
      }
    })();
    const writer = new LogWriter(log);
    await eventually(() => writer.acknowledged.size > 50);
    const before = await log.state();
    const old = sentinels.servers[0];
    expect(await sentinels.masterPort()).toBe(old.port);
    await old.kill();
    const acknowledged = writer.acknowledged.size;
    await eventually(() => writer.acknowledged.size > acknowledged + 20, 40_000);
    await old.restart();
    const replica = connect(old.url);
    clients.push(replica);
    await eventually(
      () =>
        replica.info('replication').then(
          (info) => info.includes('role:slave') && info.includes('master_link_status:up'),
          () => false,
        ),
      40_000,
    );
    const later = writer.acknowledged.size;
    await eventually(() => writer.acknowledged.size > later + 20, 20_000);
    await writer.stop();

    const { epoch, head } = await log.state();
    await eventually(() => seen.at(-1) === head, 20_000);
    stop.abort();
    await tail;
    expect(epoch).toBeGreaterThan(before.epoch);
    expect(seen.map(seqOf)).toEqual(Array.from(seen, (_, i) => i + 1));
    const names = await namesIn(log);
    expect(new Set(names).size).toBe(names.length);
    const opened = (await log.bounds()).epochs.find((each) => each.epoch > before.epoch)!;
    const lost = [...writer.acknowledged].filter(([name]) => !names.includes(name));
    for (const [name, at] of lost) expect(seqOf(at)).withContext(name).toBeGreaterThan(seqOf(opened.prev));
    if (lost.length > 0 && refused !== undefined) expect(refused.refusal.code).toBe('LOG_TRUNCATED');
  }, 150_000);
});

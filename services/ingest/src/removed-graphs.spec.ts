import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seqOf, epochOf } from '@graphtail/facts';
import { addGraph, connect, openLog, removeGraph } from '@graphtail/log';
import { eventually } from '../../../tests/support/eventually.ts';
import { startIngestProcess, type IngestProcess } from '../../../tests/support/ingest-process.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';

describe('ingest, after a graph was removed,', () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let ingest: IngestProcess;
  let root: string;

  beforeEach(async () => {
    server = await startRedis();
    redis = connect(server.url);
    root = mkdtempSync(join(tmpdir(), 'graphtail-removed-'));
    writeFileSync(join(root, 'a.ts'), 'export const a = 1;\n');
    ingest = await startIngestProcess(server.url);
  });
  afterEach(async () => {
    await ingest.stop();
    redis.disconnect();
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('appends nothing more to it and does not bring it back; when it is added again, it is analysed again', async () => {
    const log = openLog(redis, 'g');
    await addGraph(redis, 'g', root);
    await eventually(async () => (await ingest.graphs())?.includes('g') === true && seqOf((await log.state()).head) > 3, 15_000);
    const before = await log.state();
    await removeGraph(redis, 'g');
    writeFileSync(join(root, 'a.ts'), 'export const b = 2;\n');
    await eventually(async () => (await ingest.graphs())?.length === 0, 10_000);

    expect(await log.isRemoved()).toBeTrue();
    expect(await redis.exists(log.keys.log, log.keys.epochs)).toBe(0);
    expect(await redis.hlen('graphtail:graphs')).toBe(0);

    await addGraph(redis, 'g', root);
    await eventually(async () => seqOf((await log.state()).head) > 3, 15_000);
    expect((await log.state()).epoch).toBeGreaterThan(epochOf(before.head));
  }, 60_000);
});

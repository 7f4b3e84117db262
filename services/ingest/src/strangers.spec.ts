import { startIngestProcess } from '../../../tests/support/ingest-process.ts';
import { startRedis } from '../../../tests/support/redis.ts';
import { ask, letIn } from '../../../tests/support/strangers.ts';

describe("ingest's own port", () => {
  it('[A1] refuses every Host that is not its own', async () => {
    const redis = await startRedis();
    const ingest = await startIngestProcess(redis.url);
    expect(await letIn(ingest.url, [{ method: 'POST', path: '/nowhere' }])).toEqual([]);
    expect((await ask(ingest.url, { path: '/metrics' })).status).toBe(200);
    await ingest.stop();
    await redis.stop();
  });
});

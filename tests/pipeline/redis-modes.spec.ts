import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';
import { startCluster } from '../support/redis-cluster.ts';
import { startSentinels } from '../support/redis-sentinel.ts';

/** A failover, and what a busy machine takes. */
const SEEN_WITHIN_MS = 40_000;

/** A function that was saved is answered for by the projector. */
async function savesAreSeen(pipeline: Pipeline, name: string): Promise<void> {
  await appendFile(join(pipeline.root, 'src/index.ts'), `export function ${name}() {}\n`);
  const id = encodeURIComponent(`src/index.ts#${name}`);
  await eventually(
    async () => (await fetch(`${pipeline.url}/api/graph/nodes/${id}`).catch(() => undefined))?.status === 200,
    SEEN_WITHIN_MS,
  );
}

async function isHealthy(pipeline: Pipeline): Promise<void> {
  let health: unknown;
  const asked = async (): Promise<boolean> => {
    const response = await fetch(`${pipeline.url}/health`);
    health = await response.json();
    return response.status === 200;
  };
  await eventually(asked, SEEN_WITHIN_MS).catch(() => undefined);
  expect(health).toEqual(jasmine.objectContaining({ status: 'ok' }));
}

describe('The whole product, with --redis-url naming', () => {
  it('a Redis Cluster, sees saves after the master of its graph was killed', async () => {
    const cluster = await startCluster();
    try {
      const pipeline = await startPipeline({ args: ['--redis-url', cluster.url] });
      try {
        await savesAreSeen(pipeline, 'before');
        await (await cluster.ownerOf('graphtail:{shop}:log')).kill();
        await savesAreSeen(pipeline, 'after');
        await isHealthy(pipeline);
      } finally {
        await pipeline.stop();
      }
    } finally {
      await cluster.close();
    }
  }, 180_000);

  it('Sentinels, sees saves after the master was killed', async () => {
    const sentinels = await startSentinels();
    try {
      const pipeline = await startPipeline({ args: ['--redis-url', sentinels.url] });
      try {
        await savesAreSeen(pipeline, 'before');
        await sentinels.servers[0].kill();
        await savesAreSeen(pipeline, 'after');
        await isHealthy(pipeline);
      } finally {
        await pipeline.stop();
      }
    } finally {
      await sentinels.close();
    }
  }, 180_000);
});

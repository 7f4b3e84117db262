import { availableParallelism, setPriority } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { isDurability, type Durability } from '@graphtail/facts';
import {
  closeServer,
  createApp,
  defineService,
  finishApp,
  flag,
  FolderWatch,
  Guard,
  listen,
  makeFolder,
  portOf,
  Troubles,
} from '@graphtail/runtime';
import { z } from 'zod';
import { startIngest } from './service.ts';

/** Nice value: parsing uses every core for seconds, and delivery and queries go first. */
const BACKGROUND = 5;
/** V8's optimising compiler costs a first analysis more time than it saves. So it is off until a process has run for this long. */
const SHORT_MS = 30_000;
setFlagsFromString('--no-turbofan');
setTimeout(() => setFlagsFromString('--turbofan'), SHORT_MS).unref();

defineService({
  name: 'ingest',
  config: z.object({
    dataDir: z.string().min(1).default('.graphtail').describe('folder for what may be lost: what it knew of each file'),
    workers: z.coerce
      .number()
      .int()
      .min(1)
      .default(availableParallelism())
      .transform((threads) => Math.min(threads, availableParallelism()))
      .describe('parsing threads; more than there are processors count as that many'),
    worker: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('its name; a process that takes the place of a dead one, under its name, need not wait for its leases to end'),
    watch: flag(true).describe('follow changes of the analysed folders'),
    durability: z
      .custom<Durability>(isDurability, 'must be everysec, always or replicas:<n>')
      .default('everysec')
      .describe('when an append counts as acknowledged: everysec, always or replicas:<n>'),
  }),
  async start({ config, logger, registry }) {
    setPriority(BACKGROUND); // before the threads start, because they inherit it
    const troubles = new Troubles(logger, registry);
    const ingest = startIngest({
      redisUrl: config.redisUrl,
      workers: config.workers,
      worker: config.worker,
      watch: config.watch,
      durability: config.durability,
      cacheDir: cacheFolder(config.dataDir),
      logger,
      metrics: registry,
      troubles,
    });
    const folder = await FolderWatch.begin(config.dataDir, logger);
    troubles.watch(() => folder.reasons.map((message) => ({ code: 'data_folder_lost', message })));
    const app = createApp({
      name: 'ingest',
      logger,
      registry,
      guard: new Guard(config),
      health: () =>
        Promise.resolve(
          troubles.health({
            redis: ingest.redisAnswers() ? 'up' : 'down',
            durability: ingest.durability(),
            graphs: ingest.graphs(),
            sessions: ingest.sessions(),
            workers: ingest.workers(),
          }),
        ),
      ready: () => ingest.redisAnswers() || 'redis does not answer',
    });
    finishApp(app);
    const server = await listen(app, config, { registry, logger });
    return {
      ready: () => ingest.redisAnswers(),
      port: portOf(server),
      async close() {
        folder.close();
        troubles.close();
        await closeServer(server);
        await ingest.close();
      },
    };
  },
});

/** @returns the folder for the extractions, which is made if it is missing; undefined if it can't be made, so that nothing is cached */
function cacheFolder(dataDir: string): string | undefined {
  const folder = join(dataDir, 'extractions');
  try {
    makeFolder(folder);
    return folder;
  } catch {
    return undefined;
  }
}

import { rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { openLog } from '@graphtail/log';
import { newestAnalysis } from '../../../services/ingest/src/newest-analysis.ts';
import { eventually } from '../../support/eventually.ts';
import { whileReported } from '../rig/health.ts';
import { SHOP, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

const ANALYSED_WITHIN_MS = 60_000;

/** The folder's edits pause meanwhile: they would make it anew, or fail. At the end, a failed analysis is not the log's last word. */
async function whileRootIsAway(rig: Rig, replace: (root: string) => Promise<void> = () => Promise.resolve()): Promise<void> {
  const { root } = rig.folder;
  const away = `${root}-away`;
  await rig.pauseEdits();
  await whileReported(
    rig,
    'root_unreadable',
    async () => {
      await rename(root, away);
      await replace(root);
    },
    async () => {
      await rm(root, { force: true });
      await rename(away, root);
    },
  );
  const log = openLog(rig.direct, SHOP);
  await eventually(async () => (await newestAnalysis(log))?.event_type === 'analysis_completed', ANALYSED_WITHIN_MS);
  rig.resumeEdits();
}

export const lostFolders: FaultClass = {
  name: 'folders are gone',
  faults: [
    {
      title: 'the analysed folder is moved away and back: health says so, and nothing of its graph is deleted',
      inject: (rig) => whileRootIsAway(rig),
    },
    {
      title: 'a file is in the place of the analysed folder, then the folder is back',
      inject: (rig) => whileRootIsAway(rig, (root) => writeFile(root, '')),
    },
    {
      title: 'ingest is killed while the analysed folder is away',
      inject: (rig) =>
        whileRootIsAway(rig, async () => {
          await wait(rig.random.between(0, 2_000));
          await rig.kill('ingest');
        }),
    },
    {
      title: 'the data folder is moved away and back: health says so',
      async inject(rig) {
        const { dataDir } = rig.pipeline;
        const away = `${dataDir}-away`;
        await whileReported(
          rig,
          'data_folder_lost',
          () => rename(dataDir, away),
          async () => {
            await rm(dataDir, { recursive: true, force: true });
            await rename(away, dataDir);
          },
        );
      },
    },
  ],
};

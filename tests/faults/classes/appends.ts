import { openLog, connect, Producer, ProducerConflict } from '@graphtail/log';
import { eventually } from '../../support/eventually.ts';
import { factsNamed } from '../../support/log.ts';
import { APPENDS_WITHIN_MS, CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

function isAppend(words: readonly string[]): boolean {
  return /^fcall$/i.test(words[0] ?? '') && words[1]?.endsWith('_append') === true;
}

/** Appends meet their fate with a probability of one in five, until some did. */
async function misfortune(rig: Rig, fate: 'loses_reply' | 'never_arrives'): Promise<void> {
  let left = rig.random.between(1, 8);
  rig.network.onCommand((words) => (left > 0 && isAppend(words) && rig.random.chance(0.2) && left-- > 0 ? fate : 'passes'));
  await rig.appends(300, 60_000);
  rig.network.onCommand(undefined);
}

export const appends: FaultClass = {
  name: 'an append goes wrong',
  faults: [
    { title: 'its reply is lost', inject: (rig) => misfortune(rig, 'loses_reply') },
    { title: 'it never arrives', inject: (rig) => misfortune(rig, 'never_arrives') },
    {
      title: 'a zombie producer appends at a head of long ago',
      async inject(rig) {
        const redis = connect(rig.master.url);
        try {
          const log = openLog(redis, CHURN);
          const zombie = new Producer(log);
          const { epoch, head, headBatchId } = await log.state();
          zombie.moveTo({ epoch, head, batchId: headBatchId });
          await eventually(async () => (await log.state()).head !== head, APPENDS_WITHIN_MS); // what the writer counts may be in the log already
          const outcome = await zombie.append([factsNamed('zombie')], () => undefined).catch((error: unknown) => error);
          if (!(outcome instanceof ProducerConflict)) throw new Error(`the zombie was let in: ${String(outcome)}`);
        } finally {
          redis.disconnect();
        }
      },
    },
  ],
};

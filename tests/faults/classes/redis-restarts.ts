import { cp, mkdtemp, readFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mendAof } from '../../../cli/src/up/aof/mend-aof.ts';
import { aofChecker, provideRedis } from '../../../scripts/provide/redis.ts';
import { eventually } from '../../support/eventually.ts';
import { worksAgain } from '../rig/recovery.ts';
import { CHURN, type Rig } from '../rig/rig.ts';
import { settle } from '../rig/settle.ts';
import type { FaultClass } from './fault.ts';

/** What a subscriber past the end is told; the second if the epoch began in what was lost. */
const LOST: ReadonlySet<string> = new Set(['LOG_TRUNCATED', 'STREAM_REPLACED']);
/** Some of the latest appends may not have been delivered yet. */
const LATEST_APPENDS = 20;
const EXEC = '*1\r\n$4\r\nEXEC\r\n';

async function killAndRestart(rig: Rig): Promise<void> {
  await rig.master.kill();
  await rig.master.restart();
}

/** The newest part of the append-only file loses its end, as when power fails before it was synced. */
async function cutAof(rig: Rig, bytes: number): Promise<void> {
  const { newest, size } = await newestPart(rig);
  await truncate(newest, Math.max(0, size - bytes));
}

/** It ends inside the last transaction's EXEC: Redis (7.0.15) does without that transaction at its next start, and carries it out at the one after. */
async function cutAofInsideExec(rig: Rig): Promise<void> {
  const { newest } = await newestPart(rig);
  await truncate(newest, (await readFile(newest)).lastIndexOf(EXEC) + EXEC.length - 3);
}

/** What was not synced yet is zeros: the file system had grown the file, and lost what it held. */
async function endInZeros(rig: Rig, bytes: number): Promise<void> {
  const { newest, size } = await newestPart(rig);
  await truncate(newest, Math.max(0, Math.min(size - bytes, deliveredAppend(await readFile(newest)))));
  await truncate(newest, size);
}

/** Where an append stands in the file that subscribers have been sent: what came after it may all be snapshots. */
function deliveredAppend(file: Buffer): number {
  let at = file.length;
  for (let appends = 0; appends < LATEST_APPENDS && at > 0; appends++) at = file.lastIndexOf(`{${CHURN}}:log`, at - 1);
  return at < 0 ? file.length : at;
}

async function replaceByOlderCopy(rig: Rig, meanwhile: () => Promise<void>): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'graphtail-copy-'));
  await rig.master.stop();
  await cp(rig.master.dir, copy, { recursive: true });
  await rig.master.restart();
  await meanwhile();
  await rig.master.kill();
  await rm(join(rig.master.dir, 'appendonlydir'), { recursive: true });
  await cp(copy, rig.master.dir, { recursive: true });
  await rig.master.restart();
  await rm(copy, { recursive: true });
}

async function newestPart(rig: Rig): Promise<{ readonly newest: string; readonly size: number }> {
  const folder = join(rig.master.dir, 'appendonlydir');
  const parts = (await readdir(folder)).filter((file) => file.endsWith('.incr.aof'));
  const newest = join(folder, parts.sort((a, b) => Number(a.split('.').at(-3)) - Number(b.split('.').at(-3))).at(-1)!);
  return { newest, size: (await stat(newest)).size };
}

export const redisRestarts: FaultClass = {
  name: 'Redis restarts',
  faults: [
    {
      title: 'the append-only file ends in zeros, as after a power failure, and is repaired; subscribers past its end are told',
      async inject(rig) {
        await rig.appends(200);
        await rig.delivers();
        await rig.master.kill();
        await endInZeros(rig, rig.random.between(20_000, 60_000));
        const mending = await mendAof(rig.master.dir, {
          checker: await aofChecker(await provideRedis()),
          log: join(rig.master.dir, 'redis.log'),
        });
        if (mending.kind !== 'cut') throw new Error(`not mended: ${JSON.stringify(mending)}`);
        await rig.master.restart();
        await eventually(() => rig.witnesses.some(({ record }) => record.told.some(({ code }) => LOST.has(code))), 30_000);
      },
    },
    {
      title: 'the append-only file was cut short, as after a power failure',
      async inject(rig) {
        await rig.appends(200);
        await rig.master.kill();
        await cutAof(rig, rig.random.between(1, 60_000));
        await rig.master.restart();
      },
    },
    {
      title: 'the append-only file was cut in the middle of an append, and it restarts again later',
      async inject(rig) {
        await rig.appends(100);
        await rig.master.kill();
        await cutAofInsideExec(rig);
        await rig.master.restart();
        await rig.appends(50);
        await killAndRestart(rig);
        await rig.appends(50);
      },
    },
    {
      title: 'killed, every write synced',
      inject: (rig) => worksAgain(rig, 'redis', () => killAndRestart(rig)),
    },
    {
      title: 'killed, synced every second',
      async inject(rig) {
        await rig.direct.config('SET', 'appendfsync', 'everysec');
        await rig.appends(rig.random.between(1, 300));
        await worksAgain(rig, 'redis', () => killAndRestart(rig));
      },
    },
    {
      title: 'ended cleanly, and away for seconds',
      async inject(rig) {
        await rig.master.stop();
        await wait(rig.random.between(200, 5_000));
        await rig.master.restart();
      },
    },
    {
      title: 'killed twice within a second',
      async inject(rig) {
        await killAndRestart(rig);
        await wait(rig.random.between(0, 300));
        await killAndRestart(rig);
      },
    },
    {
      title: 'does not answer for seconds',
      inject: (rig) => rig.freeze(rig.master.pid, rig.random.between(500, 7_000)),
    },
    {
      title: 'replaced by an older copy of its data',
      inject: (rig) =>
        replaceByOlderCopy(rig, async () => {
          await rig.appends(rig.random.between(100, 600));
        }),
    },
    {
      title: 'replaced by a copy from before FLUSHALL, while subscribers reconnect',
      inject: (rig) =>
        replaceByOlderCopy(rig, async () => {
          await rig.direct.flushall();
          await rig.writer.register();
          await settle(rig);
          for (const witness of rig.witnesses) witness.reconnect();
        }),
    },
  ],
};

import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { SHOP, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

/** Longer than a lease (3 s), shorter than the supervisor's patience (5 s). */
const PAST_ITS_LEASE_MS = 4_200;

function leaseOf(rig: Rig): Promise<string | null> {
  return rig.direct.get(`graphtail:{${SHOP}}:lease`);
}

export const twoOfOne: FaultClass = {
  name: 'two processes of one service',
  faults: [
    {
      title: 'two notifiers: the newer session of a name is on the other, and the older is told',
      async inject(rig) {
        const name = `shared-${String(rig.random.between(1, 1e9))}`;
        const older = rig.join({ name: 'the older session', transport: 'websocket', consumer: name, isReplaced: true });
        await rig.appends(100);
        await eventually(() => older.record.deliveries > 100, 20_000);
        const { url } = await rig.another('notifier');
        const newer = rig.join({ name: 'the newer session, on another notifier', transport: 'websocket', consumer: name, url });
        rig.join({ name: 'on another notifier, sse', transport: 'sse', url });
        await eventually(() => older.record.isOver && newer.record.deliveries > 0, 20_000);
        await rig.kill('notifier');
        await rig.appends(100);
      },
    },
    {
      title: 'two ingests: one stalls past its lease, another takes over, and the first goes on',
      async inject(rig) {
        const held = await leaseOf(rig);
        await rig.another('ingest');
        const pid = await rig.pidOf('ingest');
        const frozen = rig.freeze(pid, PAST_ITS_LEASE_MS);
        // Or its supervisor, which had not heard of it for longer, has put another in its place.
        const isTaken = async (): Promise<boolean> => ![null, held].includes(await leaseOf(rig)) || (await rig.pidOf('ingest')) !== pid;
        await eventually(isTaken, 2 * PAST_ITS_LEASE_MS);
        await frozen;
        await wait(rig.random.between(500, 2_000));
      },
    },
    {
      title: 'two ingests: whichever has the graph is killed',
      async inject(rig) {
        await rig.another('ingest');
        await wait(rig.random.between(0, 1_000));
        await rig.kill('ingest');
        await wait(rig.random.between(0, 5_000));
      },
    },
  ],
};

import { setTimeout as wait } from 'node:timers/promises';
import { SERVICES, type Rig, type Service } from '../rig/rig.ts';
import { worksAgain } from '../rig/recovery.ts';
import type { Fault, FaultClass } from './fault.ts';
import { signal } from '../rig/signal.ts';

function killed(service: Service): Fault {
  return {
    title: `${service} is killed`,
    async inject(rig) {
      await rig.appends(rig.random.between(1, 200));
      await worksAgain(rig, service, () => rig.kill(service));
    },
  };
}

function frozen(service: Service): Fault {
  return {
    title: `${service} is stopped for seconds, and goes on`,
    async inject(rig) {
      await rig.freeze(await rig.pidOf(service), rig.random.between(500, 4_000));
    },
  };
}

export const serviceKills: FaultClass = {
  name: 'a service ends',
  faults: [
    {
      title: 'all services are killed at once',
      async inject(rig) {
        await rig.appends(100);
        await Promise.all(SERVICES.map((service) => worksAgain(rig, service, () => rig.kill(service))));
      },
    },
    ...SERVICES.map(killed),
    {
      title: 'two services are killed, one shortly after the other',
      async inject(rig) {
        const [first, second] = [rig.random.pick(SERVICES), rig.random.pick(SERVICES)];
        await rig.kill(first);
        await wait(rig.random.between(0, 500));
        await rig.kill(second);
      },
    },
    {
      title: 'a service gets SIGTERM',
      async inject(rig) {
        signal(await rig.pidOf(rig.random.pick(SERVICES)), 'SIGTERM');
      },
    },
  ],
};

export const frozenServices: FaultClass = {
  name: 'a service stands still',
  faults: [
    ...(['notifier', 'ingest', 'projector', 'gateway'] as const).map(frozen),
    {
      title: 'a service does not answer for so long that it is restarted',
      async inject(rig) {
        const service = rig.random.pick(SERVICES);
        const pid = await rig.pidOf(service);
        signal(pid, 'SIGSTOP');
        await replaced(rig, service, pid);
      },
    },
  ],
};

/** Resolves when its supervisor has put another in its place. */
async function replaced(rig: Rig, service: Service, pid: number): Promise<void> {
  while ((await rig.pidOf(service)) === pid) await wait(100);
}

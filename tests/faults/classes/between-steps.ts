import { eventually } from '../../support/eventually.ts';
import type { Fate } from '../rig/fault-proxy.ts';
import type { Rig, Service } from '../rig/rig.ts';
import type { Fault, FaultClass } from './fault.ts';

/** A service's steps, as the world sees them: what it asks of Redis, from its start on. */
const STEPS = 60;
const WITHIN_MS = 20_000;

/**
 * Kills a service that has just started at its `step`-th command to Redis: before it arrives, or when it was carried out and the reply is on its way.
 * Where the service takes fewer steps, nothing happens.
 */
export async function killAtStep(rig: Rig, service: Service, step: number, when: 'before' | 'after'): Promise<void> {
  const struck = Promise.withResolvers<void>();
  let steps = 0;
  await rig.kill(service);
  rig.network.onCommand(async (words, client): Promise<Fate> => {
    if (!client.startsWith(`graphtail-${service}`) || ++steps !== step) return 'passes';
    const pid = await rig.pidOf(service);
    process.kill(pid, 'SIGKILL');
    struck.resolve();
    return when === 'before' ? 'never_arrives' : 'loses_reply';
  });
  let over = false;
  void struck.promise.then(() => (over = true));
  await eventually(() => over, WITHIN_MS).catch(() => undefined);
  rig.network.onCommand(undefined);
}

function anywhere(service: Service): Fault {
  return {
    title: `${service} is killed between two of its steps`,
    inject: (rig) => killAtStep(rig, service, rig.random.between(1, STEPS), rig.random.pick(['before', 'after'])),
  };
}

export const betweenSteps: FaultClass = {
  name: 'a service ends between two of its steps',
  faults: [anywhere('ingest'), anywhere('projector'), anywhere('notifier')],
};

import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { CHURN, SHOP, type Rig, type Service } from './rig.ts';

const WITHIN_MS = 60_000;
/** What was on its way when the process ended has arrived by then. */
const IN_FLIGHT_MS = 50;

/** Kills by `strike`, and records how long it took until the service did its work again, as a user sees it. */
export async function worksAgain(rig: Rig, service: Service | 'redis', strike: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const struck = strike();
  await wait(IN_FLIGHT_MS);
  const works = await proofOf(rig, service);
  await struck;
  await eventually(works, WITHIN_MS);
  rig.recovered(service, performance.now() - began);
}

/** Becomes true when something is seen that was made after this call, and that only the service can have done. */
async function proofOf(rig: Rig, service: Service | 'redis'): Promise<() => boolean | Promise<boolean>> {
  const deliveries = (graph: string): number => {
    const mirror = rig.mirrors.find((each) => each.graph === graph)!;
    return mirror.deliveries;
  };
  switch (service) {
    case 'ingest': {
      const before = deliveries(SHOP);
      return () => deliveries(SHOP) > before;
    }
    case 'notifier':
    case 'redis': {
      const before = deliveries(CHURN);
      return () => deliveries(CHURN) > before;
    }
    case 'projector': {
      const head = await rig.head();
      return () =>
        rig.pipeline.get(`/api/graph/stats?graph=${CHURN}&min_offset=${head}`).then(
          () => true,
          () => false,
        );
    }
    case 'gateway':
      return () =>
        rig.pipeline.get('/api/graphs').then(
          () => true,
          () => false,
        );
  }
}

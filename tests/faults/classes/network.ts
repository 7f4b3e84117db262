import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import type { FaultProxy, Weather } from '../rig/fault-proxy.ts';
import { LossyWebSocket } from '../rig/lossy-websocket.ts';
import type { Rig } from '../rig/rig.ts';
import type { Fault, FaultClass } from './fault.ts';

async function endure(proxy: FaultProxy, weather: Weather, ms: number): Promise<void> {
  proxy.set(weather);
  await wait(ms);
  proxy.clear();
}

/** The same weathers in front of Redis and in front of the product. */
function weathers(where: string, proxyOf: (rig: Rig) => FaultProxy): Fault[] {
  return [
    {
      title: `${where} stalls for seconds`,
      inject: (rig) =>
        endure(proxyOf(rig), { stalled: rig.random.pick(['both', 'to_server', 'to_client']) }, rig.random.between(500, 6_000)),
    },
    {
      title: `${where} is slow`,
      inject: (rig) =>
        endure(proxyOf(rig), { delayMs: [rig.random.between(0, 20), rig.random.between(20, 200)] }, rig.random.between(1_000, 4_000)),
    },
    {
      title: `all connections to ${where} are cut, again and again`,
      async inject(rig) {
        for (let cuts = rig.random.between(1, 6); cuts > 0; cuts--) {
          proxyOf(rig).cut();
          await wait(rig.random.between(0, 700));
        }
      },
    },
    {
      title: `${where} disappears without closing connections`,
      inject: (rig) =>
        endure(proxyOf(rig), { vanishing: rig.random.pick(['both', 'to_server', 'to_client']) }, rig.random.between(500, 8_000)),
    },
    {
      title: `${where} accepts no connections for seconds`,
      async inject(rig) {
        const proxy = proxyOf(rig);
        proxy.set({ refusing: true });
        proxy.cut();
        await wait(rig.random.between(200, 4_000));
        proxy.clear();
      },
    },
  ];
}

/** A command's deadline, a new connection, and what a busy machine takes. */
const FORGOTTEN_WITHIN_MS = 10_000;

export const forgottenConnections: FaultClass = {
  name: 'connections that the network forgets',
  faults: [
    {
      title: 'all connections to Redis drop what is sent while new ones work: a save is seen within 10 s',
      async inject(rig) {
        rig.network.swallow();
        const began = performance.now();
        await rig.appends(20, FORGOTTEN_WITHIN_MS);
        await rig.delivers(FORGOTTEN_WITHIN_MS);
        rig.recovered('connections to Redis', performance.now() - began);
      },
    },
  ],
};

export const redisNetwork: FaultClass = {
  name: 'the network to Redis',
  faults: [
    ...weathers('Redis', (rig) => rig.network),
    {
      title: "one service's connections to Redis are cut",
      async inject(rig) {
        rig.network.cut(`graphtail-${rig.random.pick(['ingest', 'projector', 'notifier', 'writer', 'gateway'])}`);
      },
    },
  ],
};

export const clientNetwork: FaultClass = {
  name: 'the network to subscribers',
  faults: [
    ...weathers('the product', (rig) => rig.edge),
    {
      title: 'frames get lost on the way to the SDK, which notices and loses no fact',
      async inject(rig) {
        const guest = rig.joinLossyMirror('sdk, frames get lost');
        LossyWebSocket.isLossy = true;
        await eventually(() => guest.gaps > 0, 20_000).finally(() => (LossyWebSocket.isLossy = false));
      },
    },
    {
      title: 'a proxy on the way forwards only once a second',
      inject: (rig) => endure(rig.edge, { bufferingMs: 1_000 }, rig.random.between(2_000, 5_000)),
    },
  ],
};

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { SHOP, type Rig } from './rig.ts';

type Trouble = { readonly code: string; readonly graph?: string };
type Services = Readonly<Record<string, { readonly troubles?: readonly Trouble[] }>>;

/** Services look every 10 s at Redis and at folders. */
const TOLD_WITHIN_MS = 30_000;
const LINES = 15;

/** What the front door's health says of each service. */
async function servicesOf(rig: Rig): Promise<Services> {
  const response = await fetch(`${rig.pipeline.url}/health`, { signal: AbortSignal.timeout(5_000) });
  return ((await response.json()) as { services: Services }).services;
}

/** Whether a trouble is reported. The graphs of other producers than ingest have no folder, which is no fault. */
function isReported(services: Services, code: string): boolean {
  const troubles = Object.values(services).flatMap(({ troubles: list = [] }) => list);
  return troubles.some((trouble) => trouble.code === code && (trouble.graph ?? SHOP) === SHOP);
}

/** Does harm, awaits that health says so, undoes it, and awaits that health says nothing of it any more. */
export async function whileReported(rig: Rig, code: string, harm: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<void> {
  const says = async (isSaid: boolean): Promise<void> => {
    let services: Services | undefined;
    const isSo = async (): Promise<boolean> => {
      services = await servicesOf(rig).catch(() => undefined);
      return services !== undefined && isReported(services, code) === isSaid;
    };
    await eventually(isSo, TOLD_WITHIN_MS).catch(async () => {
      const log = await readFile(join(rig.pipeline.dataDir, 'logs/ingest.log'), 'utf8').catch(() => '');
      const words = log.split('\n').slice(-LINES).join('\n');
      const health = JSON.stringify(services, null, 1);
      throw new Error(`health ${isSaid ? 'never reported' : 'goes on to report'} ${code}: ${health}\ningest's last words:\n${words}`);
    });
  };
  try {
    await harm();
    await says(true);
  } finally {
    await undo();
  }
  const began = performance.now();
  await says(false);
  rig.recovered(`health without ${code}`, performance.now() - began);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { CHURN, type Rig } from './rig.ts';

type Health = { readonly services: Record<string, { readonly troubles?: readonly { readonly code: string; readonly graph?: string }[] }> };

/** Services look every 10 s at Redis and at folders. */
const TOLD_WITHIN_MS = 30_000;
const LINES = 15;

/** The codes of everything that the front door's health reports. That the writer's graph has no folder is no fault. */
async function reported(rig: Rig): Promise<readonly string[]> {
  const response = await fetch(`${rig.pipeline.url}/health`, { signal: AbortSignal.timeout(5_000) });
  const { services } = (await response.json()) as Health;
  return Object.values(services)
    .flatMap(({ troubles = [] }) => troubles)
    .filter(({ graph }) => graph !== CHURN)
    .map(({ code }) => code);
}

/** Does harm, awaits that health says so, undoes it, and awaits that health says nothing of it any more. */
export async function whileReported(rig: Rig, code: string, harm: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<void> {
  const says = async (isSaid: boolean): Promise<void> => {
    const isSo = async (): Promise<boolean> => {
      const codes = await reported(rig).catch(() => undefined);
      return codes !== undefined && codes.includes(code) === isSaid;
    };
    await eventually(isSo, TOLD_WITHIN_MS).catch(async () => {
      const log = await readFile(join(rig.pipeline.dataDir, 'logs/ingest.log'), 'utf8').catch(() => '');
      const words = log.split('\n').slice(-LINES).join('\n');
      throw new Error(`health ${isSaid ? 'never reported' : 'goes on to report'} ${code}; ingest's last words:\n${words}`);
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

import { join } from 'node:path';
import { hasApt, libraryPath, programUnder, unpackPackages } from './debian.ts';
import { CACHE, howToInstall, NotProvided, onPath, versionText } from './programs.ts';

/** Prometheus's rule checker and the environment that it needs. */
export type Promtool = { path: string; env: Record<string, string> };

const UNPACKED = join(CACHE, 'prometheus');

async function unpacked(): Promise<Promtool | undefined> {
  const path = await programUnder(UNPACKED, 'usr/bin/promtool');
  if (path === undefined) return undefined;
  const env = await libraryPath(UNPACKED);
  return (await versionText(path, env))?.includes('promtool') ? { path, env } : undefined;
}

/**
 * promtool: from PATH, else the copy in the user's cache, else Debian's package unpacked there (nothing is installed or started).
 * @throws {NotProvided} saying what to install.
 */
export async function providePromtool(say: (text: string) => void = () => undefined): Promise<Promtool> {
  for (const path of await onPath(['promtool'])) {
    if ((await versionText(path))?.includes('promtool')) return { path, env: {} };
  }
  const cached = await unpacked();
  if (cached !== undefined) return cached;
  const advice = `promtool is needed to check the alert rules; ${howToInstall({ apt: 'prometheus', dnf: 'golang-github-prometheus', apk: 'prometheus', brew: 'prometheus' })}`;
  if (!(await hasApt())) throw new NotProvided(advice);
  say(`unpacking Debian's prometheus into ${UNPACKED} (nothing is installed)`);
  try {
    await unpackPackages(['prometheus'], UNPACKED);
  } catch (error) {
    throw new NotProvided(`${advice} (apt could not fetch it)`, { cause: error });
  }
  const fetched = await unpacked();
  if (fetched === undefined) throw new NotProvided(`${advice} (the unpacked one does not run)`);
  return fetched;
}

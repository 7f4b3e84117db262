import { join } from 'node:path';
import { hasApt, libraryPath, programUnder, unpackPackages } from './debian.ts';
import { CACHE, howToInstall, NotProvided, onPath, versionText } from './programs.ts';

/** A program and the environment that it needs. `root`: the folder that its package was unpacked into, if it is not installed. */
export type Provided = { path: string; env: Record<string, string>; root?: string };

type Packaged = {
  /** The names that the program has on PATH. */
  readonly names: readonly string[];
  /** A word in the answer to `--version`. */
  readonly word: string;
  /** Its Debian package, and its path there. */
  readonly debian: { readonly name: string; readonly path: string };
  /** The packages of other systems. */
  readonly others: { readonly dnf: string; readonly apk: string; readonly brew: string };
  readonly purpose: string;
};

export const PROMTOOL: Packaged = {
  names: ['promtool'],
  word: 'promtool',
  debian: { name: 'prometheus', path: 'usr/bin/promtool' },
  others: { dnf: 'golang-github-prometheus', apk: 'prometheus', brew: 'prometheus' },
  purpose: 'check the alert rules',
};
export const ALERTMANAGER: Packaged = {
  names: ['prometheus-alertmanager', 'alertmanager'],
  word: 'alertmanager',
  debian: { name: 'prometheus-alertmanager', path: 'usr/bin/prometheus-alertmanager' },
  others: { dnf: 'golang-github-prometheus-alertmanager', apk: 'alertmanager', brew: 'alertmanager' },
  purpose: 'send alerts in specs',
};

/**
 * A program: from PATH, else the copy in the user's cache, else Debian's package unpacked there (nothing is installed or started).
 * @throws {NotProvided} saying what to install.
 */
export async function provide(
  { names, word, debian, others, purpose }: Packaged,
  say: (text: string) => void = () => undefined,
): Promise<Provided> {
  const works = async (path: string, env: Record<string, string>): Promise<boolean> =>
    (await versionText(path, env))?.includes(word) === true;
  for (const path of await onPath(names)) if (await works(path, {})) return { path, env: {} };
  const folder = join(CACHE, debian.name);
  const unpacked = async (): Promise<Provided | undefined> => {
    const path = await programUnder(folder, debian.path);
    if (path === undefined) return undefined;
    const env = await libraryPath(folder);
    return (await works(path, env)) ? { path, env, root: folder } : undefined;
  };
  const cached = await unpacked();
  if (cached !== undefined) return cached;
  const advice = `${word} is needed to ${purpose}; ${howToInstall({ apt: debian.name, ...others })}`;
  if (!(await hasApt())) throw new NotProvided(advice);
  say(`unpacking Debian's ${debian.name} into ${folder} (nothing is installed)`);
  try {
    await unpackPackages([debian.name], folder);
  } catch (error) {
    throw new NotProvided(`${advice} (apt could not fetch it)`, { cause: error });
  }
  const fetched = await unpacked();
  if (fetched === undefined) throw new NotProvided(`${advice} (the unpacked one does not run)`);
  return fetched;
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable, onPath } from './programs.ts';

const run = promisify(execFile);
const ENV = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };

/** Is this a system with apt and dpkg? */
export async function hasApt(): Promise<boolean> {
  return (await onPath(['apt-get'])).length > 0 && (await onPath(['dpkg-deb'])).length > 0;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Fetches the package lists if they are empty (as in a fresh container) or if requested, which only root may do. */
async function freshLists(name: string): Promise<void> {
  const { stdout } = await run('apt-cache', ['policy', name], { env: ENV });
  if (/Candidate: (?!\(none\))/.test(stdout) || !isRoot()) return;
  await run('apt-get', ['update', '-qq'], { env: ENV, timeout: 180_000 });
}

/** The packages that installing these would add to the system, themselves included: what their programs need to run. */
async function missingPackages(names: readonly string[]): Promise<string[]> {
  const { stdout } = await run('apt-get', ['install', '--simulate', '--no-install-recommends', '-qq', ...names], { env: ENV });
  const missing = [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
  return [...new Set([...names, ...missing])];
}

/**
 * Unpacks Debian packages, and what they need and the system lacks, into a folder. Nothing is installed: no service is
 * registered or started, no maintainer script runs, and no rights are needed beyond those of the folder.
 */
export async function unpackPackages(names: readonly string[], into: string): Promise<void> {
  await freshLists(names[0] ?? '');
  await mkdir(dirname(into), { recursive: true });
  // Unpacked elsewhere and renamed, so that a half unpacked folder is never used.
  const work = await mkdtemp(`${into}-`);
  try {
    await download(await missingPackages(names), work);
    const root = join(work, 'root');
    for (const file of await readdir(work)) {
      if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', join(work, file), root]);
    }
    await rm(into, { recursive: true, force: true });
    await rename(root, into);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Lists age: where a listed file is gone from the mirror, root fetches the lists again, once. */
async function download(names: readonly string[], cwd: string): Promise<void> {
  const options = { cwd, env: ENV, timeout: 300_000 };
  try {
    await run('apt-get', ['download', '-qq', ...names], options);
  } catch (error) {
    if (!isRoot()) throw error;
    await run('apt-get', ['update', '-qq'], options);
    await run('apt-get', ['download', '-qq', ...names], options);
  }
}

/** The environment in which programs under an unpacked root find their shared libraries. */
export async function libraryPath(root: string): Promise<Record<string, string>> {
  const folders: string[] = [];
  for (const base of ['usr/lib', 'lib']) {
    const entries = await readdir(join(root, base), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isDirectory() && entry.name.includes('-linux-')) folders.push(join(root, base, entry.name));
  }
  return folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(':') };
}

/** Installs a package into the system. Only root may, and only for programs that bring no service. */
export async function installPackage(name: string): Promise<void> {
  await freshLists(name);
  const install = ['install', '-y', '-qq', '--no-install-recommends', name];
  try {
    await run('apt-get', install, { env: ENV, timeout: 600_000, maxBuffer: 2 ** 26 });
  } catch {
    await run('apt-get', ['update', '-qq'], { env: ENV, timeout: 180_000 });
    await run('apt-get', install, { env: ENV, timeout: 600_000, maxBuffer: 2 ** 26 });
  }
}

/** The program under an unpacked root, where it is there. */
export async function programUnder(root: string, path: string): Promise<string | undefined> {
  const program = join(root, path);
  return (await isExecutable(program)) ? program : undefined;
}

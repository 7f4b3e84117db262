import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { FileLock } from '@graphtail/runtime/folder';
import { newestChange } from './newest.ts';

const ROOT = join(import.meta.dirname, '../..');
const DASHBOARD = join(ROOT, 'dashboard');
const COMPILER = join(ROOT, 'node_modules/@angular/cli/bin/ng.js');
/** The files and folders that the build is made from. */
const SOURCES = [
  'dashboard/src',
  'dashboard/public',
  'dashboard/angular.json',
  'dashboard/package.json',
  'dashboard/tsconfig.json',
  'dashboard/tsconfig.app.json',
  'packages/facts/src',
  'packages/client/src',
  'package-lock.json',
].map((path) => join(ROOT, path));
/** Angular's own cache, which git ignores. */
const WORK = join(DASHBOARD, '.angular');

/** The licences of the packages that the build contains. */
const LICENSES = '3rdpartylicenses.txt';

/** Folder of the dashboard's build. */
export const DASHBOARD_BUILD = join(DASHBOARD, 'dist');

/** `absent`: there is no dashboard here, or nothing to build it with. */
export type BuildOutcome = 'fresh' | 'built' | 'failed' | 'absent';

export type BuildOptions = {
  /** File for the build's own output. */
  readonly log: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** When aborted, the build stops. */
  readonly signal: AbortSignal;
  /** Called if there is something to build. */
  readonly onBuild: () => void;
};

/** Builds the dashboard if its sources are newer than its build. Two Graphtails of the same checkout take turns. */
export async function buildDashboard({ log, env, signal, onBuild }: BuildOptions): Promise<BuildOutcome> {
  if (!existsSync(join(DASHBOARD, 'angular.json'))) return 'absent';
  if (!(await isStale())) return 'fresh';
  if (!existsSync(COMPILER)) return 'absent';
  onBuild();
  await mkdir(WORK, { recursive: true });
  const lock = await FileLock.waitFor(join(WORK, 'build.lock'), signal);
  try {
    if (!(await isStale())) return 'built';
    const startedAt = Date.now();
    const next = join(WORK, 'next');
    if (!(await compile(next, log, env, signal))) return 'failed';
    await putInPlace(next, startedAt);
    return 'built';
  } finally {
    await lock.release();
  }
}

async function isStale(): Promise<boolean> {
  const built = await stat(join(DASHBOARD_BUILD, 'index.html')).catch(() => undefined);
  return built === undefined || (await newestChange(SOURCES)) > built.mtimeMs;
}

/** @returns whether the build succeeded; its log says why it did not */
async function compile(to: string, log: string, env: BuildOptions['env'], signal: AbortSignal): Promise<boolean> {
  const output = createWriteStream(log, { mode: 0o600 });
  await once(output, 'open');
  const child = spawn(process.execPath, [COMPILER, 'build', '--progress=false', `--output-path=${relative(DASHBOARD, to)}`], {
    cwd: DASHBOARD,
    env: { ...env, NG_CLI_ANALYTICS: 'false' },
    stdio: ['ignore', output, output],
    signal,
    killSignal: 'SIGKILL',
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', (ended) => resolve(ended));
  });
  output.destroy();
  return code === 0;
}

/** @param startedAt ms since 1970; sources that changed after it may not be in the build */
async function putInPlace(made: string, startedAt: number): Promise<void> {
  const previous = join(WORK, 'previous');
  const time = startedAt / 1000;
  await utimes(join(made, 'browser/index.html'), time, time);
  await rm(previous, { recursive: true, force: true });
  if (existsSync(DASHBOARD_BUILD)) await rename(DASHBOARD_BUILD, previous);
  await rename(join(made, 'browser'), DASHBOARD_BUILD);
  await rename(join(made, LICENSES), join(DASHBOARD_BUILD, LICENSES));
  await rm(previous, { recursive: true, force: true });
}

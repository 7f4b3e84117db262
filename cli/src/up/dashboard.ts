import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { newestChange } from '../../../scripts/build/newest.ts';
import { ROOT } from '../root.ts';
import { isAlive } from './processes.ts';

const DASHBOARD = join(ROOT, 'dashboard');
const BUILT = join(DASHBOARD, 'dist/index.html');
/** The files and folders that the build is made from. */
const SOURCES = [
  'dashboard/src',
  'dashboard/public',
  'dashboard/angular.json',
  'dashboard/package.json',
  'dashboard/tsconfig.json',
  'packages/facts/src',
  'packages/client/src',
];
const LOCK = join(DASHBOARD, '.angular/build.lock');

export const DASHBOARD_DIR = join(DASHBOARD, 'dist');

export type BuildOutcome = 'fresh' | 'built' | 'failed' | 'absent';

export async function isStale(): Promise<boolean> {
  const built = await stat(BUILT).catch(() => undefined);
  if (built === undefined) return true;
  return (await newestChange(SOURCES.map((source) => join(ROOT, source)))) > built.mtimeMs;
}

export type BuildOptions = {
  /** Folder for the build's own output. */
  logs: string;
  env: Readonly<Record<string, string | undefined>>;
  /** When aborted, the build stops. */
  signal: AbortSignal;
  /** Called if there is something to build. */
  onBuild: () => void;
};

/** Builds the dashboard if its sources are newer than its build. Two Graphtails of the same checkout take turns. */
export async function buildDashboard({ logs, env, signal, onBuild }: BuildOptions): Promise<BuildOutcome> {
  if (!existsSync(join(DASHBOARD, 'angular.json'))) return 'absent';
  if (!(await isStale())) return 'fresh';
  onBuild();
  await mkdir(dirname(LOCK), { recursive: true });
  while (!(await takeTurn())) await wait(200, undefined, { signal });
  try {
    if (!(await isStale())) return 'built';
    return (await runBuild(join(logs, 'dashboard-build.log'), env, signal)) ? 'built' : 'failed';
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function takeTurn(): Promise<boolean> {
  try {
    await writeFile(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(LOCK, 'utf8').catch(() => '0'));
    if (holder > 0 && !isAlive(holder)) await rm(LOCK, { force: true });
    return false;
  }
}

async function runBuild(log: string, env: BuildOptions['env'], signal: AbortSignal): Promise<boolean> {
  const output = createWriteStream(log, { mode: 0o600 });
  await once(output, 'open');
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/@angular/cli/bin/ng.js'), 'build', '--progress=false'], {
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

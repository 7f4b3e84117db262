import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import envPaths from 'env-paths';

const run = promisify(execFile);

/** A program that this machine lacks and that could not be provided. The message says what to install. */
export class NotProvided extends Error {
  override name = 'NotProvided';
}

/** The folder for programs and builds that Graphtail can provide again, in the system's place for caches, such as `~/.cache/graphtail`. */
export const CACHE = envPaths('graphtail', { suffix: '' }).cache;

/** The full path of the first of these names that is on PATH. */
export async function onPath(names: readonly string[]): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found: string[] = [];
  for (const name of names) {
    for (const folder of folders) if (await isExecutable(join(folder, name))) found.push(join(folder, name));
  }
  return found;
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The output of `<program> --version`; undefined if it does not run (the stub of a snap, a missing library). */
export async function versionText(program: string, env: Record<string, string> = {}): Promise<string | undefined> {
  return run(program, ['--version'], { env: { ...process.env, ...env }, timeout: 20_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => undefined,
  );
}

/** One line that says how to get a program on this system. */
export function howToInstall(names: { apt: string; dnf: string; apk: string; brew: string }): string {
  if (process.platform === 'darwin') return `install it with: brew install ${names.brew}`;
  if (process.platform === 'win32') return 'run Graphtail inside WSL (Debian), where it brings its own';
  return `install it with your package manager: apt-get install ${names.apt}, dnf install ${names.dnf}, or apk add ${names.apk}`;
}

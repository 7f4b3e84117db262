import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Environment in which git does not use the settings of a user or of the system. */
const GIT_ENV = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_EDITOR: 'true' };
const GIT_ARGS = ['-c', 'user.name=spec', '-c', 'user.email=spec@localhost', '-c', 'gc.auto=0', '-c', 'commit.gpgsign=false'];

/** A folder that is edited as people and their tools edit one. Paths are relative to it. */
export class WorkTree {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Every file, sorted, without `.git` and `node_modules`. */
  files(): string[] {
    const below = (folder: string): string[] =>
      readdirSync(join(this.root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === '.git' || entry.name === 'node_modules' ? [] : below(path);
        return entry.isFile() ? [path] : [];
      });
    return below('').sort();
  }

  read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(join(this.root, dirname(path)), { recursive: true });
    await writeFile(join(this.root, path), text);
  }

  async writeAll(files: Iterable<readonly [path: string, text: string]>): Promise<void> {
    for (const [path, text] of files) await this.write(path, text);
  }

  async replace(path: string, from: string | RegExp, to: string): Promise<void> {
    await this.write(path, (await this.read(path)).replace(from, to));
  }

  remove(path: string): Promise<void> {
    return rm(join(this.root, path), { recursive: true, force: true });
  }

  async move(from: string, to: string): Promise<void> {
    await mkdir(join(this.root, dirname(to)), { recursive: true });
    await rename(join(this.root, from), join(this.root, to));
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', [...GIT_ARGS, ...args], {
      cwd: this.root,
      env: { ...process.env, ...GIT_ENV },
      maxBuffer: 1 << 28,
    });
    return stdout.trim();
  }

  async commitAll(message: string): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
  }
}

import { execFile, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../user-error.ts';

const run = promisify(execFile);
/** In bytes. Larger files are no source code. */
const MAX_FILE = 5 * 1024 * 1024;
const MAX_LIST = 1 << 29;
const LINE_FEED = 10;
/** Git runs no monitor of the file system and fetches nothing, whatever the repository's configuration says. */
const SAFELY = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'protocol.allow=never'];

/** By path: the object id of each regular file of a commit. */
export type Tree = ReadonlyMap<string, string>;

/** A git repository, read object by object. Its work tree and its index are not touched. */
export class GitObjects {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The commit that a revision means. @throws {UserError} if it means none */
  async commit(revision: string): Promise<string> {
    try {
      return (await this.#git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new UserError('git is needed to read commits, and it is not installed.');
      throw new UserError(`${revision} is no commit of the repository in ${this.#folder}.`);
    }
  }

  async tree(commit: string): Promise<Tree> {
    const tree = new Map<string, string>();
    for (const line of (await this.#git('ls-tree', '-r', '-l', '-z', '--full-tree', commit)).split('\0')) {
      const [, mode, id, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line) ?? [];
      if (mode?.startsWith('100') === true && Number(size) <= MAX_FILE && isSafe(path!)) tree.set(path!, id!);
    }
    return tree;
  }

  /** Makes a folder that holds `from` hold `to`. */
  async write(folder: string, from: Tree, to: Tree): Promise<void> {
    for (const path of from.keys()) if (!to.has(path)) await rm(join(folder, path));
    const wanted = [...to].filter(([path, id]) => from.get(path) !== id);
    let next = 0;
    for await (const content of this.#contents(wanted.map(([, id]) => id))) {
      const place = join(folder, wanted[next++]![0]);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, content);
    }
    if (next < wanted.length) throw new UserError('git ended before it had written all files of the commit.');
  }

  /** The contents of objects, in their order. */
  async *#contents(ids: readonly string[]): AsyncIterable<Buffer> {
    if (ids.length === 0) return;
    const git = spawn('git', [...SAFELY, 'cat-file', '--batch'], { cwd: this.#folder, stdio: ['pipe', 'pipe', 'ignore'] });
    git.stdin.on('error', () => undefined); // git has ended: its output ends too
    git.stdin.end(`${ids.join('\n')}\n`);
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const end = rest.indexOf(LINE_FEED);
        const size = end < 0 ? undefined : sizeIn(rest.toString('latin1', 0, end));
        if (size === undefined || rest.length < end + 1 + size + 1) break;
        yield rest.subarray(end + 1, end + 1 + size);
        rest = rest.subarray(end + 1 + size + 1);
      }
    }
  }

  async #git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', [...SAFELY, ...args], { cwd: this.#folder, maxBuffer: MAX_LIST });
    return stdout;
  }
}

/** The size in the line before an object's content: `<id> blob <size>`. */
function sizeIn(line: string): number {
  const size = / blob (\d+)$/.exec(line)?.[1];
  if (size === undefined) throw new UserError(`git can't read an object of the commit: ${line}.`);
  return Number(size);
}

/** A tree may be made by hand: its paths must not lead out of the folder. */
function isSafe(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

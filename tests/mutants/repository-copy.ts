import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { occurrences, type Mutant } from './mutant.ts';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['package.json', 'packages', 'services', 'cli', 'scripts', 'spec', 'tests', 'docs'];
const LEFT_OUT = new Set(['node_modules', '.graphtail', 'dist', 'test-results', 'playwright-report']);
const SCOPE = '@graphtail';

/** The mutant does not fit the source any more. */
export class MutantDoesNotFit extends Error {}

/** A copy of the repository to break: the working tree is never touched. What is installed is shared, but for the workspaces. */
export class RepositoryCopy {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
    process.once('exit', () => this.remove());
  }

  static async create(): Promise<RepositoryCopy> {
    const path = await mkdtemp(join(tmpdir(), 'graphtail-mutants-'));
    const filter = (source: string): boolean => !LEFT_OUT.has(basename(source));
    await Promise.all(COPIED.map((name) => cp(join(ROOT, name), join(path, name), { recursive: true, filter })));
    await linkModules(path);
    await symlink(join(ROOT, '.cache'), join(path, '.cache'));
    return new RepositoryCopy(path);
  }

  /** Does something with the mutant in place, and then without it again. @throws {MutantDoesNotFit} */
  async mutated<Result>({ file, find, replace }: Mutant, work: () => Promise<Result>): Promise<Result> {
    const path = join(this.path, file);
    const source = await readFile(path, 'utf8');
    const times = occurrences(source, find);
    if (times !== 1) throw new MutantDoesNotFit(`${JSON.stringify(find)} is ${String(times)} times in ${file}`);
    await writeFile(
      path,
      source.replace(find, () => replace),
    );
    try {
      return await work();
    } finally {
      await writeFile(path, source);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A workspace is a link from `node_modules/@graphtail` into the repository: here, into the copy. */
async function linkModules(copy: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')];
  await mkdir(join(to, SCOPE), { recursive: true });
  const installed = (await readdir(from)).filter((name) => name !== SCOPE && !name.startsWith('.'));
  await Promise.all(installed.map((name) => symlink(join(from, name), join(to, name))));
  for (const folder of ['packages', 'services']) {
    for (const workspace of await readdir(join(copy, folder))) {
      const manifest = JSON.parse(await readFile(join(copy, folder, workspace, 'package.json'), 'utf8')) as { name: string };
      const link = join(to, manifest.name);
      await symlink(relative(dirname(link), join(copy, folder, workspace)), link);
    }
  }
}

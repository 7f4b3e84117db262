import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitFolders } from './git-folder.ts';
import type { GitHead } from './git-head.ts';

/** Comparing the files of a very large work tree takes longer. Then nothing is said. */
const PATIENCE_MS = 3_000;
const SHA256_LENGTH = 64;

/**
 * Whether tracked files of a work tree differ from its commit; undefined if git is absent or does not say so in time.
 *
 * A repository's configuration may name programs that git runs: filters, monitors of the file system, hooks. The repository may be
 * hostile. So git gets an empty folder of its own with a configuration that names none, and only the index and the objects are the
 * repository's. Submodules have configurations of their own, so they are not looked at.
 */
export async function isDirty(folders: GitFolders, { commit }: GitHead): Promise<boolean | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'graphtail-git-'));
  try {
    await mkdir(join(folder, 'refs'));
    await writeFile(join(folder, 'HEAD'), `${commit}\n`);
    await writeFile(join(folder, 'config'), configFor(commit));
    await symlink(join(folders.own, 'index'), join(folder, 'index'));
    await symlink(join(folders.common, 'objects'), join(folder, 'objects'));
    return await statusSays(folder, folders.top);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function configFor(commit: string): string {
  const [version, extensions] = commit.length === SHA256_LENGTH ? [1, '[extensions]\nobjectformat = sha256\n'] : [0, ''];
  return `[core]\nrepositoryformatversion = ${String(version)}\nbare = false\nfsmonitor = false\n${extensions}`;
}

/** Whether `git status` prints anything; undefined if it fails. */
function statusSays(folder: string, top: string): Promise<boolean | undefined> {
  const where = ['--git-dir', folder, '--work-tree', top, '--no-optional-locks'];
  const git = spawn('git', [...where, 'status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'], {
    cwd: top,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve) => {
    git.stdout.once('data', () => {
      resolve(true);
      git.kill('SIGKILL');
    });
    git.once('error', () => resolve(undefined));
    git.once('close', (code) => resolve(code === 0 ? false : undefined));
  });
}

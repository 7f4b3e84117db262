import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/redis.ts';

const ROOT = join(import.meta.dirname, '../..');
const WITHIN_MS = 240_000;
const MOST_BYTES = 60 * 2 ** 20;
/** Native packages read the latter two. */
const SOURCES = [
  ['a.ts', 'export function a() {}\n'],
  ['b.py', 'def b():\n    pass\n'],
  ['c.go', 'package c\n\nfunc C() {}\n'],
] as const;

/** The bytes of all files below a folder. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

describe('The npm package', () => {
  let folder: string;
  let tarball: string;
  let source: string;
  let up: ChildProcess | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'graphtail-package-'));
    source = join(mkdtempSync(join(tmpdir(), 'graphtail-source-')), 'shop');
    mkdirSync(source);
    for (const [name, text] of SOURCES) writeFileSync(join(source, name), text);
    const made = execFileSync(process.execPath, ['scripts/build/package.ts'], { cwd: ROOT, encoding: 'utf8' }).trim();
    tarball = basename(made);
    copyFileSync(join(ROOT, made), join(folder, tarball));
  }, WITHIN_MS);
  afterAll(() => {
    if (up?.pid !== undefined && isGroupAlive(up.pid)) process.kill(-up.pid, 'SIGKILL');
    for (const each of [folder, dirname(source)]) rmSync(each, { recursive: true, force: true });
  });

  /** The environment of somebody who has no checkout: nothing of the npm that runs this spec. */
  const env = Object.fromEntries(
    Object.entries({ ...process.env, npm_config_prefer_offline: 'true' }).filter(
      ([name]) => !/^(npm_(?!config_prefer)|INIT_CWD|GRAPHTAIL_)/.test(name),
    ),
  );

  it('holds what is built, no workspace and no development dependency, in less than 60 MB', () => {
    execFileSync('tar', ['xzf', tarball], { cwd: folder });
    const unpacked = join(folder, 'package');
    const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    expect(Object.keys(manifest['dependencies'] ?? {}).filter((name) => !/^@ast-grep\/|^@parcel\/watcher$/.test(name))).toEqual([]);
    expect(Object.keys(manifest).filter((key) => ['devDependencies', 'workspaces', 'scripts', 'private'].includes(key))).toEqual([]);
    expect(bytesOf(unpacked)).toBeLessThan(MOST_BYTES);
    expect(readFileSync(join(unpacked, 'NOTICES.txt'), 'utf8')).toMatch(/express \d[^]*pino \d/);
    rmSync(unpacked, { recursive: true });
  });

  it(
    'runs with npx in an empty folder: it analyses, shows its page, and leaves no process behind',
    async () => {
      const url = `http://127.0.0.1:${String(await freePort())}`;
      const args = ['--yes', `./${tarball}`, 'up', source, '--port', new URL(url).port];
      up = spawn('npx', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      let said = '';
      for (const stream of [up.stdout, up.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)));
      await eventually(() => {
        if (up?.exitCode !== null) throw new Error(`it ended:\n${said}`);
        return said.includes('✓ shop');
      }, WITHIN_MS).catch((error: unknown) => fail(`${String(error)}\n${said}`));
      expect(said).toContain(`${url}/?graph=shop`);
      expect(await (await fetch(`${url}/?graph=shop`)).text()).toContain('<script');
      const stats = (await (await fetch(`${url}/api/graph/stats?graph=shop`)).json()) as { languages: object; total_nodes: number };
      expect(Object.keys(stats.languages)).toEqual(jasmine.arrayContaining(['typescript', 'python', 'go']));
      expect(readdirSync(folder).sort()).toEqual(['.graphtail', tarball]);
      process.kill(-up.pid!, 'SIGINT');
      await once(up, 'exit');
      await eventually(() => !isGroupAlive(up?.pid ?? 0), 10_000);
    },
    WITHIN_MS,
  );
});

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

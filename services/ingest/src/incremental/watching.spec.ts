import { chmod, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AnalysisThreads } from '@graphtail/analysis';
import { subscribe } from '@parcel/watcher';
import { createLogger } from '@graphtail/runtime';
import { eventually } from '../../../../tests/support/eventually.ts';
import { useLog } from '../../../../tests/support/use-log.ts';
import { MIXED, chain } from './specs/mixed-code-base.ts';
import { SessionRig, type SessionRigOptions } from './specs/session-rig.ts';
import type { WorkTree } from './specs/work-tree.ts';
import { watchRoot, type WatchRoot } from '../watcher.ts';

const FILE = 'app/help.ts';

describe('A session that watches', () => {
  const context = useLog();
  let root: string;
  let threads: AnalysisThreads;
  let rig: SessionRig;
  let tree: WorkTree;

  beforeAll(() => {
    threads = new AnalysisThreads({ workers: 1 });
  });
  afterAll(() => threads.close());
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-watching-'));
  });
  afterEach(async () => {
    await rig.close();
    await rm(root, { recursive: true });
  });

  async function start(options: Partial<SessionRigOptions> = {}): Promise<void> {
    rig = new SessionRig({ root, redis: context.redis, threads, ...options });
    ({ tree } = rig);
    await tree.git('init', '-q', '-b', 'main');
    await tree.writeAll(MIXED);
    await tree.commitAll('start');
    await rig.inStep();
    await rig.quiet();
  }

  /** What was appended because of something done. */
  async function appendedBy(act: () => Promise<void>): Promise<string[]> {
    const before = rig.fold.facts.length;
    await act();
    await rig.inStep();
    await rig.quiet();
    return rig.fold.since(before);
  }

  it('treats a branch switch as one analysis, however long git takes', async () => {
    await start();
    await writeFile(join(root, '.git/slowly'), '#!/bin/sh\nsleep 0.4\ncat\n');
    await chmod(join(root, '.git/slowly'), 0o755);
    await tree.git('checkout', '-q', '-b', 'other');
    await tree.writeAll([...chain('a', 120), ...chain('m', 3), ...chain('z', 120)]);
    await tree.write('.gitattributes', 'm/*.ts filter=slow\n');
    await tree.commitAll('other');
    await rig.inStep();
    await appendedBy(async () => void (await tree.git('checkout', '-q', 'main')));
    await tree.git('config', 'filter.slow.smudge', join(root, '.git/slowly'));
    const appended = await appendedBy(async () => void (await tree.git('checkout', '-q', 'other')));
    expect(appended.filter((fact) => fact.startsWith('analysis_'))).toEqual(['analysis_started', 'analysis_completed']);
    expect([appended.at(0), appended.at(-1)]).toEqual(['analysis_started', 'analysis_completed']);
  });

  it('goes on if git left a lock behind, and while a commit message is written', async () => {
    await start();
    await writeFile(join(root, '.git/index.lock'), 'an index that is written already');
    expect(await appendedBy(() => tree.replace(FILE, 'make();', 'make(1);'))).toEqual([`node_updated ${FILE}`]);
  });

  it('finds changes that the watcher did not report by comparing the folder', async () => {
    const deaf: WatchRoot = () => Promise.resolve({ renew: () => Promise.resolve(), close: () => Promise.resolve() });
    await start({ watchRoot: deaf, lookMs: 100 });
    await tree.replace(FILE, 'function help', 'function aid');
    await tree.move('lib', 'library/inner');
    await tree.remove('py/use.py');
    await rig.inStep();
    expect(rig.fold.state.nodes.has('library/inner/help.ts')).toBeTrue();
  });

  it('compares the folder if the system cannot watch more folders, and says so once, with what helps', async () => {
    const lines: string[] = [];
    const logger = createLogger('ingest', 'info', { write: (line) => void lines.push(line) });
    const full: WatchRoot = (folder, onChanged) =>
      watchRoot(folder, onChanged, () => Promise.reject(new Error(`inotify_add_watch on '${folder}' failed: No space left on device`)));
    await start({ watchRoot: full, lookMs: 100, logger });
    await tree.replace(FILE, 'function help', 'function aid');
    await tree.remove('py/use.py');
    await rig.inStep();
    const warnings = lines.filter((line) => line.includes('"level":"warn"'));
    expect(warnings).toEqual([jasmine.stringMatching(/can't watch all of this root; changes are found every 0.1 s/)]);
    expect(warnings[0]).toContain('sysctl fs.inotify.max_user_watches=');
    expect(lines.some((line) => line.includes('"level":"error"'))).toBeFalse();
    expect(await rig.metric('graphtail_ingest_watched')).toBe(0);
  });

  it('compares the folder if a later folder exceeds the limit', async () => {
    let isFull = false;
    const subscribeTo: typeof subscribe = (...args) =>
      isFull ? Promise.reject(new Error('inotify_add_watch failed: No space left on device')) : subscribe(...args);
    await start({ watchRoot: (folder, onChanged) => watchRoot(folder, onChanged, subscribeTo), lookMs: 100 });
    expect(await rig.metric('graphtail_ingest_watched')).toBe(1);
    isFull = true;
    await tree.write('more/a.ts', 'export const a = 1;\n');
    await rig.inStep();
    await eventually(async () => (await rig.metric('graphtail_ingest_watched')) === 0);
    await tree.write('more/a.ts', 'export const b = 1;\n');
    await rig.inStep();
    expect(await rig.metric('graphtail_ingest_failures_total')).toBeUndefined();
  });

  it('renews the watch if a comparison finds a change that was not reported, as after the root was moved away and back', async () => {
    const told = new Set<string>();
    const listening: WatchRoot = (folder, onChanged) =>
      watchRoot(folder, (paths) => {
        for (const path of paths ?? []) told.add(path);
        onChanged(paths);
      });
    await start({ watchRoot: listening, lookMs: 300 });
    await rename(root, `${root}-away`);
    await rename(`${root}-away`, root);
    await tree.replace(FILE, 'function help', 'function aid');
    await rig.inStep();
    told.clear();
    let edits = 0;
    await eventually(async () => {
      await tree.write(FILE, `export function help${String(++edits)}() {}\n`);
      return told.has(FILE);
    }, 30_000);
    await rig.inStep();
    expect(told).toContain(FILE);
  }, 60_000);

  it('appends nothing if a comparison finds no change', async () => {
    await start({ lookMs: 50 });
    expect(await appendedBy(() => Promise.resolve())).toEqual([]);
  });

  it('compares at once if the system reports lost events', async () => {
    let lose = (): void => undefined;
    const losing: WatchRoot = (_root, onChanged) => {
      lose = () => onChanged(undefined);
      return Promise.resolve({ renew: () => Promise.resolve(), close: () => Promise.resolve() });
    };
    await start({ watchRoot: losing, lookMs: 300 });
    await tree.remove('lib');
    lose();
    await rig.inStep();
    expect(rig.fold.state.nodes.has('lib/help.ts')).toBeFalse();
  });

  it('finds that a file is gone that was created, read and deleted before the watcher reported it', async () => {
    await start();
    const text = await tree.read(FILE);
    // Whoever is told of the first deletion looks after a burst's quiet time, and sees the file; the watcher sees it come and go within one batch.
    for (const seenAfterMs of [20, 30, 40]) {
      await tree.write(FILE, text);
      await rig.inStep();
      await rig.quiet();
      await tree.remove(FILE);
      await wait(1);
      await tree.write(FILE, text);
      await wait(seenAfterMs);
      await tree.remove(FILE);
      await rig.inStep();
    }
    expect(rig.fold.state.nodes.has(FILE)).toBeFalse();
  }, 60_000);

  it('finds files that are created in new folders faster than the folders can be watched', async () => {
    await start();
    for (let i = 0; i < 20; i++) await tree.write(`new${String(i)}/a/b/c/d.ts`, 'export const d = 1;\n');
    await rig.inStep();
    await tree.write('new19/a/b/c/d.ts', 'export const d = 2, e = 3;\n');
    await rig.inStep();
    expect(rig.fold.state.nodes.has('new19/a/b/c/d.ts#e')).toBeTrue();
  });

  /** How editors put a text in the place of a file's. */
  const SAVES: Readonly<Record<string, (path: string, text: string) => Promise<void>>> = {
    'in place': (path, text) => writeFile(path, text),
    async 'by Vim, with a backup and a probe'(path, text) {
      await writeFile(join(path, '../4913'), '');
      await unlink(join(path, '../4913'));
      await rename(path, `${path}~`);
      await writeFile(path, text);
      await unlink(`${path}~`);
    },
    async 'by a temporary file renamed over it'(path, text) {
      await writeFile(`${path}.tmp.1234`, text);
      await rename(`${path}.tmp.1234`, path);
    },
    async 'by VS Code, atomically'(path, text) {
      await writeFile(`${path}.vsctmp`, text);
      await rename(`${path}.vsctmp`, path);
    },
    async 'by a JetBrains editor'(path, text) {
      await writeFile(`${path}___jb_tmp___`, text);
      await rename(path, `${path}___jb_old___`);
      await rename(`${path}___jb_tmp___`, path);
      await unlink(`${path}___jb_old___`);
    },
    async 'by Emacs, with a lock, an auto-save and a backup'(path, text) {
      const [folder, name] = [join(path, '..'), FILE.split('/').at(-1)!];
      await symlink('somebody@localhost.1234:1', join(folder, `.#${name}`));
      await writeFile(join(folder, `#${name}#`), text);
      await rename(path, `${path}~`);
      await writeFile(path, text);
      await unlink(join(folder, `#${name}#`));
      await unlink(join(folder, `.#${name}`));
    },
    async 'by sed -i'(path, text) {
      await writeFile(join(path, '../sedX1y2Z3'), text);
      await rename(join(path, '../sedX1y2Z3'), path);
    },
  };

  it('appends only the difference of a save, however the editor writes the file', async () => {
    await start();
    const text = await tree.read(FILE);
    const before = rig.fold.facts.length;
    const expected: string[] = [];
    for (const [how, save] of Object.entries(SAVES)) {
      await save(join(root, FILE), `${text}// ${how}\n`);
      await rig.inStep();
      expected.push(`node_updated ${FILE}`);
      expect(rig.fold.since(before)).withContext(how).toEqual(expected);
    }
    const last = await tree.read(FILE);
    const again = await appendedBy(async () => {
      for (const save of Object.values(SAVES)) await save(join(root, FILE), last);
    });
    expect(again).toEqual([]);
  });

  it('appends nothing for temporary files, neither while they exist nor when they are deleted', async () => {
    await start();
    const names = [
      'vite.config.ts.timestamp-1720000000000-9f8e7d6c5b4a3.mjs',
      'flycheck_main.py',
      'app/.help.ts.swp',
      'app/help.ts~',
      'app/4913',
    ];
    const made = (): Promise<void> => tree.writeAll(names.map((name) => [name, 'export const temporary = 1;\n']));
    expect(await appendedBy(made)).toEqual([]);
    expect(await appendedBy(async () => void (await Promise.all(names.map((name) => tree.remove(name)))))).toEqual([]);
  });

  it('turns a burst of saves of one file into few updates, of which the last one holds', async () => {
    await start();
    const appended = await appendedBy(async () => {
      for (let i = 0; i < 50; i++) await tree.write(FILE, `export function help() { return ${String(i)}; }\n`);
    });
    expect(appended.filter((fact) => fact === `node_updated ${FILE}`).length).toBeLessThan(5);
  });
});

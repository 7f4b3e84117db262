import { tmpdir } from 'node:os';
import { createLogger, createRegistry } from '@graphtail/runtime';
import { createMetrics, type IngestMetrics } from './metrics.ts';
import { RootWatch } from './root-watch.ts';
import type { WatchRoot } from './watcher.ts';

describe('The watch of a root', () => {
  let lines: string[];
  let registry: ReturnType<typeof createRegistry>;
  let metrics: IngestMetrics;
  let refuses: Error | undefined;
  let closed: number;
  /** How many calls are refused; the next one is let through. */
  let refusals: number;

  beforeEach(() => {
    [lines, registry, refuses, closed, refusals] = [[], createRegistry(), undefined, 0, Infinity];
    metrics = createMetrics(registry);
  });

  function watchOf(againMs?: number, root = tmpdir()): RootWatch {
    const admitted = (): Promise<void> => (refuses === undefined || refusals-- <= 0 ? Promise.resolve() : Promise.reject(refuses));
    const watchRoot: WatchRoot = async () => {
      await admitted();
      return { renew: admitted, close: () => Promise.resolve(void closed++) };
    };
    return new RootWatch({
      graph: 'g',
      root,
      watchRoot,
      onChanged: () => undefined,
      lookMs: 15_000,
      metrics,
      logger: createLogger('ingest', 'info', { write: (line) => void lines.push(line) }),
      ...(againMs === undefined ? {} : { againMs }),
    });
  }

  const said = (): { level: string; msg: string; reason?: string }[] => lines.map((line) => JSON.parse(line) as ReturnType<typeof said>[0]);
  const watched = async (): Promise<number | undefined> =>
    (await registry.getSingleMetric('graphtail_ingest_watched')?.get())?.values[0]?.value;

  it('says once that the system refuses it, and what helps, and says once that it works again', async () => {
    const watch = watchOf(0);
    refuses = Object.assign(new Error('cannot watch'), { code: 'ENOSPC' });
    for (let i = 0; i < 3; i++) await watch.keep(false);
    expect(said().map(({ level, reason }) => [level, reason])).toEqual([
      ['warn', 'too many folders: sudo sysctl fs.inotify.max_user_watches=1048576'],
    ]);
    expect(said()[0]?.msg).toContain('changes are found every 15 s');
    expect(await watched()).toBe(0);
    expect(watch.complaints.map(({ code, message }) => [code, message])).toEqual([
      ['watch_limited', jasmine.stringMatching(/^changes in \S+ are found every 15 s only.*fs.inotify.max_user_watches/)],
    ]);
    refuses = undefined;
    for (let i = 0; i < 3; i++) await watch.keep(false);
    expect(said().map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(await watched()).toBe(1);
    expect(watch.complaints).toEqual([]);
  });

  it('distinguishes a limit of folders from one of programs, and both from other causes', async () => {
    for (const message of ['Unable to initialize inotify: Too many open files', 'not supported here']) {
      refuses = new Error(message);
      await watchOf().keep(false);
    }
    expect(said().map(({ reason }) => reason)).toEqual([
      'too many programs that watch: sudo sysctl fs.inotify.max_user_instances=1024',
      undefined,
    ]);
  });

  it('releases what it has if renewing is refused, and does not try again at once', async () => {
    const watch = watchOf();
    await watch.keep(false);
    refuses = new Error('inotify_add_watch failed: No space left on device');
    await watch.keep(true);
    expect([closed, await watched()]).toEqual([1, 0]);
    refuses = undefined;
    await watch.keep(true);
    expect(await watched()).toBe(0);
  });

  it('tries once at each comparison, and complains of nothing, while a file is in the place of the root', async () => {
    const watch = watchOf(undefined, import.meta.filename);
    refuses = new Error('ENOTDIR: not a directory');
    refusals = 2;
    await watch.keep(false);
    expect([refusals, watch.complaints, said()]).toEqual([1, [], []]);
    await watch.keep(false);
    expect(refusals).toBe(0);
    await watch.keep(false);
    expect(await watched()).toBe(1);
  });

  it('tries again at once if a folder disappeared while it was being watched, and at the next comparison if that continues', async () => {
    const watch = watchOf(undefined, import.meta.dirname);
    refuses = new Error("inotify_add_watch on 'src/moved' failed: No such file or directory");
    refusals = 2;
    await watch.keep(false);
    refuses = new Error('Unable to remove watcher: Invalid argument');
    refusals = 5;
    await watch.keep(true);
    expect([await watched(), said()]).toEqual([1, []]);

    refusals = Infinity;
    await watch.keep(true);
    expect(await watched()).toBe(0);
    refuses = undefined;
    await watch.keep(false);
    expect(await watched()).toBe(1);
  });
});

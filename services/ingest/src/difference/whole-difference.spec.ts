import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { Snapshots } from '@graphtail/log';
import { createRegistry } from '@graphtail/runtime';
import { useLog } from '../../../../tests/support/use-log.ts';
import { allGroups, groupsFor, wholeDifference } from './whole-difference.ts';
import { createMetrics } from '../metrics.ts';
import { SourceModel } from '../source-model.ts';
import { GraphView } from '../view.ts';

describe('A comparison that is aborted', () => {
  const context = useLog();
  let root: string;
  let threads: AnalysisThreads;
  let source: SourceModel;
  let view: GraphView;
  let abort: AbortController;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-difference-'));
    for (const name of ['a', 'b', 'c']) await writeFile(join(root, `${name}.ts`), `export const ${name} = 1;\n`);
    threads = new AnalysisThreads({ workers: 1 });
    source = new SourceModel(root, threads, createMetrics(createRegistry()));
    view = new GraphView(context.log, new Snapshots(context.redis, context.log));
    const { signal } = new AbortController();
    await source.read(await source.discover(signal), { force: false }, signal);
    abort = new AbortController();
  });

  afterEach(async () => {
    await threads.close();
    await rm(root, { recursive: true });
  });

  it('stops at the next file', async () => {
    abort.abort(new Error('enough'));
    await expectAsync(wholeDifference(view, source, abort.signal)).toBeRejectedWithError('enough');
  });

  it('returns no facts of another file', async () => {
    const groups = groupsFor(view, await wholeDifference(view, source, abort.signal), abort.signal);
    expect((await groups.next()).done).toBeFalse();
    abort.abort(new Error('enough'));
    await expectAsync(groups.next()).toBeRejectedWithError('enough');
  });

  it('returns all facts if it is not aborted', async () => {
    const found = await Array.fromAsync(allGroups(view, source, abort.signal));
    expect(found.flat().filter(({ event_type }) => event_type === 'node_added').length).toBe(6);
  });
});

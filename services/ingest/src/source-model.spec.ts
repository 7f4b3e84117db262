import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads, type FileOutput } from '@graphtail/analysis';
import { createRegistry } from '@graphtail/runtime';
import { createMetrics } from './metrics.ts';
import { SourceModel } from './source-model.ts';

/** Together enough that linking takes twenty steps here, and several on any machine: a step ends after some milliseconds. */
const FILES = 400;
const CALLS = Array.from(
  { length: 120 },
  (_, i) => `function g${String(i)}() { return g${String((i * 7 + 1) % 120)}() + g${String((i * 3 + 2) % 120)}(); }`,
).join('\n');

/** Files that were parsed so far. */
async function counted(registry: ReturnType<typeof createRegistry>): Promise<number> {
  const { values } = await registry.getSingleMetric('graphtail_ingest_files_total')!.get();
  return values.find(({ labels }) => labels['result'] === 'parsed')?.value ?? 0;
}

describe('A scan that is aborted', () => {
  let root: string;
  let threads: AnalysisThreads;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-scan-'));
    for (let i = 0; i < FILES; i++) {
      const previous = i === 0 ? '' : `import { f${String(i - 1)} } from './f${String(i - 1)}';\n`;
      const call = i === 0 ? '' : `f${String(i - 1)}();`;
      await writeFile(join(root, `f${String(i)}.ts`), `${previous}export function f${String(i)}() { ${call} }\n${CALLS}\n`);
    }
    threads = new AnalysisThreads({ workers: 1 });
  });

  afterAll(async () => {
    await threads.close();
    await rm(root, { recursive: true });
  });

  const newModel = (): SourceModel => new SourceModel(root, threads, createMetrics(createRegistry()));

  const phases = ['parsing', 'resolving'] as const;
  type OnStep = (phase: (typeof phases)[number], filesDone: number) => void;

  async function scan(model: SourceModel, signal: AbortSignal, onStep: OnStep = () => undefined): Promise<void> {
    await model.read(await model.discover(new AbortController().signal), { force: false }, signal, (done) => onStep('parsing', done));
    await model.link(signal, (done) => onStep('resolving', done));
  }

  async function said(model: SourceModel): Promise<Map<string, FileOutput>> {
    return new Map((await Array.fromAsync(model.all(new AbortController().signal))).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  it('reads changed files, and with force parses every file again', async () => {
    const signal = new AbortController().signal;
    const registry = createRegistry();
    const cacheDir = join(root, 'cache');
    await mkdir(cacheDir);
    const cached = new AnalysisThreads({ workers: 1, cacheDir });
    const model = new SourceModel(root, cached, createMetrics(registry));
    const parsed = async (force: boolean): Promise<number> => {
      const before = await counted(registry);
      await model.read(await model.discover(signal), { force }, signal);
      return (await counted(registry)) - before;
    };
    expect([await parsed(false), await parsed(false), await parsed(true)]).toEqual([FILES, 0, FILES]);
    await cached.close();
  });

  for (const phase of phases) {
    it(`while ${phase} does no further step, and the next scan continues there with the same result as one scan`, async () => {
      const [model, abort] = [newModel(), new AbortController()];
      const steps: string[] = [];
      const aborted = scan(model, abort.signal, (at, done) => {
        steps.push(`${at} ${String(done)}`);
        if (at === phase && done >= (phase === 'parsing' ? FILES / 2 : 1)) abort.abort(new Error('enough'));
      });
      await expectAsync(aborted).toBeRejectedWithError('enough');
      const done = Number(steps.at(-1)!.split(' ')[1]);
      expect([steps.at(-1), done < FILES]).toEqual([`${phase} ${String(done)}`, true]);

      const again: number[] = [];
      await scan(model, new AbortController().signal, (at, done) => {
        if (at === phase) again.push(done);
      });
      if (phase === 'parsing') expect(again[0]).toBe(done + 1);
      else expect(again.at(-1)).toBeLessThanOrEqual(FILES - done);
      const fresh = newModel();
      await scan(fresh, new AbortController().signal);
      expect(await said(model)).toEqual(await said(fresh));
    });
  }
});

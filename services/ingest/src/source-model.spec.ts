import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '@graphtail/runtime';
import { ParserPool } from './analysis/index.ts';
import { createMetrics } from './metrics.ts';
import { SourceModel, type OnScanProgress, type ScanPhase } from './source-model.ts';

const FILES = 30;

/** Files that were parsed so far. */
async function counted(registry: ReturnType<typeof createRegistry>): Promise<number> {
  const { values } = await registry.getSingleMetric('graphtail_ingest_files_total')!.get();
  return values.find(({ labels }) => labels['result'] === 'parsed')?.value ?? 0;
}

describe('A scan that is aborted', () => {
  let root: string;
  let pool: ParserPool;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-scan-'));
    for (let i = 0; i < FILES; i++) {
      const previous = i === 0 ? '' : `import { f${String(i - 1)} } from './f${String(i - 1)}';\n`;
      const call = i === 0 ? '' : `f${String(i - 1)}();`;
      await writeFile(join(root, `f${String(i)}.ts`), `${previous}export function f${String(i)}() { ${call} }\n`);
    }
    pool = new ParserPool({ workers: 1 });
  });

  afterAll(async () => {
    await pool.close();
    await rm(root, { recursive: true });
  });

  const newModel = (): SourceModel => new SourceModel(root, pool, createMetrics(createRegistry()));

  async function scan(model: SourceModel, signal: AbortSignal, onProgress?: OnScanProgress): Promise<void> {
    await model.scan(await model.discover(new AbortController().signal), { force: false }, signal, onProgress);
  }

  it('reads what was written to, and with force parses every file again', async () => {
    const signal = new AbortController().signal;
    const registry = createRegistry();
    const cached = new ParserPool({ workers: 1, cacheDir: join(root, 'cache') });
    const model = new SourceModel(root, cached, createMetrics(registry));
    const parsed = async (force: boolean): Promise<number> => {
      const before = await counted(registry);
      await model.scan(await model.discover(signal), { force }, signal);
      return (await counted(registry)) - before;
    };
    expect([await parsed(false), await parsed(false), await parsed(true)]).toEqual([FILES, 0, FILES]);
    await cached.close();
  });

  const phases: readonly ScanPhase[] = ['parsing', 'resolving'];
  for (const phase of phases) {
    it(`while ${phase} does not another step, and the next one goes on where it was: what it says in the end is what one scan says`, async () => {
      const [model, abort] = [newModel(), new AbortController()];
      const steps: string[] = [];
      const aborted = scan(model, abort.signal, (at, done) => {
        steps.push(`${at} ${String(done)}`);
        if (at === phase && done === FILES / 2) abort.abort(new Error('enough'));
      });
      await expectAsync(aborted).toBeRejectedWithError('enough');
      expect(steps.at(-1)).toBe(`${phase} ${String(FILES / 2)}`);

      const again: number[] = [];
      await scan(model, new AbortController().signal, (at, done) => {
        if (at === phase) again.push(done);
      });
      expect(again.at(-1)).toBe(phase === 'parsing' ? FILES : FILES / 2);
      const fresh = newModel();
      await scan(fresh, new AbortController().signal);
      expect(new Map([...model.outputs()].sort())).toEqual(new Map([...fresh.outputs()].sort()));
    });
  }
});

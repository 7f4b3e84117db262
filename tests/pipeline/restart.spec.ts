import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seqOf } from '@graphtail/facts';
import { eventually } from '../support/eventually.ts';
import { Observer } from '../support/observer.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const FILES = 400;

/** A code base large enough that an analysis of it can be interrupted. */
async function generateSource(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'graphtail-source-'));
  for (let i = 0; i < FILES; i++) {
    const folder = join(root, `part${String(i % 20)}`);
    await mkdir(folder, { recursive: true });
    const functions = Array.from(
      { length: 10 },
      (_, f) => `export function f${String(i)}_${String(f)}(): number {\n  return other(${String(f)});\n}\n`,
    );
    const imported =
      i === 0
        ? 'const other = (x: number): number => x;\n'
        : `import { f${String(i - 1)}_0 as other } from '../part${String((i - 1) % 20)}/m${String(i - 1)}';\n`;
    await writeFile(join(folder, `m${String(i)}.ts`), imported + functions.join('\n'));
  }
  return root;
}

function verify(pipeline: Pipeline): { status: number | null; output: string } {
  const ran = spawnSync(process.execPath, [CLI, 'verify', '--url', pipeline.url, '--graph', pipeline.graph], { encoding: 'utf8' });
  return { status: ran.status, output: ran.stdout + ran.stderr };
}

describe('Killed with -9 during an analysis', () => {
  let source: string;
  beforeAll(async () => {
    source = await generateSource();
  });

  for (const victim of ['notifier', 'projector', 'ingest', 'redis-server', 'gateway']) {
    it(`${victim} comes back by itself; a subscriber misses nothing and sees nothing twice; all states are equal`, async () => {
      const pipeline = await startPipeline({ graph: 'big', source });
      const observer = new Observer(pipeline.url, pipeline.graph);
      try {
        await eventually(() => observer.facts.length > 50, 30_000);
        const pid = await pipeline.pidOf(victim);
        process.kill(pid!, 'SIGKILL');
        await eventually(async () => {
          const now = await pipeline.pidOf(victim);
          return now !== undefined && now !== pid;
        });
        await pipeline.post('/api/graph/admin/reanalyze', {}).catch(() => undefined);
        await eventually(() => observer.state.nodes.size > FILES * 11, 30_000);
        await eventually(async () => {
          const stats = await pipeline.get<{ state_digest: string; offset: string }>('/api/graph/stats').catch(() => undefined); // still away
          return stats?.offset === observer.facts.at(-1)?.offset && stats?.state_digest === observer.digest;
        }, 30_000);
        expect(observer.violations).toEqual([]);
        expect(observer.state.anomalies).toBe(0);
        const verdict = verify(pipeline);
        expect(verdict.status).withContext(verdict.output).toBe(0);
      } finally {
        await observer.close();
        await pipeline.stop();
      }
    }, 120_000);
  }
});

describe('A second start on the same data', () => {
  it('is ready quickly, appends nothing for unchanged files, and ends within 5 s of Ctrl-C', async () => {
    const pipeline = await startPipeline();
    const observer = new Observer(pipeline.url, pipeline.graph);
    try {
      const { offset } = await observer.sees('analysis_completed');
      const took = await pipeline.restart();
      expect(took).toBeLessThan(20_000);
      await eventually(async () => (await pipeline.get<{ head: string }>('/api/log')).head === offset);
      await writeFile(join(pipeline.root, 'new.ts'), 'export const added = 1;\n');
      await eventually(() => observer.state.nodes.has('new.ts'), 30_000);
      const appended = observer.facts.filter((fact) => seqOf(fact.offset) > seqOf(offset));
      expect(appended.every((fact) => fact.entity_id.includes('new.ts')))
        .withContext(JSON.stringify(appended))
        .toBeTrue();
      expect(observer.violations).toEqual([]);
    } finally {
      await observer.close();
      expect(await pipeline.stop()).toBeLessThan(5_000);
    }
  }, 90_000);
});

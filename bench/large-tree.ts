import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORIGIN } from '@graphtail/facts';
import { GraphRegistry, connect, follow, openLog } from '@graphtail/log';
import { startRedis } from '../tests/support/redis.ts';
import { measurement, type Measurement } from './measurement.ts';
import { residentBytes, serve } from './process-memory.ts';

const INGEST = new URL('../services/ingest/src/main.ts', import.meta.url);
const [SMALL, LARGE] = [10_000, 100_000];
const IN_FOLDER = 100;
const MIB = 1024 * 1024;

type Figures = { readonly ms: number; readonly peakMiB: number; readonly redisMiB: number };

/**
 * The first analysis of a tree of 100,000 small files that import one another, from the start of an ingest process to `analysis_completed` in
 * the log, against ten times what one of 10,000 takes: a ratio above one is what grows faster than the tree.
 */
export async function measureLargeTree(): Promise<Measurement[]> {
  const small = await analysed(SMALL);
  const large = await analysed(LARGE);
  const [times, baseline] = [LARGE / SMALL, `${String(LARGE / SMALL)} times ${SMALL.toLocaleString('en')} files`];
  return [
    measurement(`cold analysis of ${LARGE.toLocaleString('en')} files`, large.ms / 1000, 's', baseline, (small.ms * times) / 1000),
    measurement('… peak memory of ingest', large.peakMiB, 'MiB', baseline, small.peakMiB * times),
    measurement('… memory of Redis', large.redisMiB, 'MiB', baseline, small.redisMiB * times),
  ];
}

async function analysed(files: number): Promise<Figures> {
  const home = await mkdtemp(join(tmpdir(), 'graphtail-large-'));
  await writeTree(join(home, 'tree'), files);
  const redis = await startRedis();
  const [connection, blocking] = [connect(redis.url), connect(redis.url, { blocking: true })];
  try {
    await new GraphRegistry(connection).add('large', join(home, 'tree'));
    const began = performance.now();
    const env = {
      GRAPHTAIL_REDIS_URL: redis.url,
      GRAPHTAIL_PORT: '0',
      GRAPHTAIL_DATA_DIR: join(home, 'data'),
      GRAPHTAIL_LOG_LEVEL: 'error',
    };
    const ingest = await serve(INGEST, env);
    const log = openLog(connection, 'large');
    for await (const followed of follow(log, ORIGIN, { signal: new AbortController().signal, blocking })) {
      if (followed.kind === 'batch' && followed.batch.payload.includes('"event_type":"analysis_completed"')) break;
    }
    const ms = performance.now() - began;
    const peakMiB = residentBytes(ingest).peak / MIB;
    const redisMiB = Number(/used_memory_rss:(\d+)/.exec(await connection.info('memory'))?.[1]) / MIB;
    await ingest.stop();
    return { ms, peakMiB, redisMiB };
  } finally {
    connection.disconnect();
    blocking.disconnect();
    await redis.stop();
    await rm(home, { recursive: true });
  }
}

/** Modules with a type, a class and functions that call those of the module before and of one far away. */
async function writeTree(root: string, files: number): Promise<void> {
  for (let folder = 0; folder < files / IN_FOLDER; folder++) {
    const at = join(root, folderOf(folder * IN_FOLDER));
    await mkdir(at, { recursive: true });
    const numbers = Array.from({ length: IN_FOLDER }, (_, i) => folder * IN_FOLDER + i);
    await Promise.all(numbers.map((number) => writeFile(join(root, pathOf(number)), moduleText(number))));
  }
}

function folderOf(number: number): string {
  const folder = Math.floor(number / IN_FOLDER);
  return `packages/p${String(Math.floor(folder / 20))}/src/d${String(folder % 20)}`;
}

function pathOf(number: number): string {
  return `${folderOf(number)}/m${String(number)}.ts`;
}

function moduleText(number: number): string {
  const n = String(number);
  const others = number === 0 ? [] : [...new Set([number - 1, Math.floor(number / 2)])];
  const up = folderOf(number)
    .split('/')
    .map(() => '..')
    .join('/');
  const imports = others.map((other) => `import { run${String(other)} } from '${up}/${pathOf(other)}';\n`);
  const calls = others.map((other) => `  total += run${String(other)}(item.count);\n`);
  return `${imports.join('')}
export interface Item${n} {
  name: string;
  count: number;
}

/** Keeps items. */
export class Store${n} {
  readonly items: Item${n}[] = [];

  add(item: Item${n}): void {
    this.items.push(item);
    this.changed();
  }

  private changed(): void {
    this.items.sort((a, b) => a.count - b.count);
  }
}

export function make${n}(name: string): Item${n} {
  return { name, count: ${n} };
}

export function run${n}(count: number): number {
  const store = new Store${n}();
  const item = make${n}(String(count));
  store.add(item);
  let total = 0;
${calls.join('')}  return total;
}
`;
}

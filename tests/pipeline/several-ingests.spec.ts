import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORIGIN, emptyState, evolve, stateDigest, type Fact } from '@graphtail/facts';
import { Jobs, LEASE_MS, GraphRegistry, Workers, decodeFacts, openLog } from '@graphtail/log';
import { eventually } from '../support/eventually.ts';
import { startIngestProcess, type IngestProcess } from '../support/ingest-process.ts';
import { useLog } from '../support/use-log.ts';

const GRAPHS = ['one', 'two', 'three', 'four'];
const FILES = 300;
/** Enough that appending them takes longer than to notice that it has begun. */
const MANY_FILES = 1_200;
const TIMEOUT_MS = 150_000;
/** The lease's time, and what looking for free ones and starting there takes on a busy machine. */
const TAKEN_OVER_MS = LEASE_MS + 7_000;

describe('Several ingest processes', () => {
  const context = useLog();
  let home: string;
  let workers: IngestProcess[];

  const rootOf = (graph: string): string => join(home, graph);
  const start = async (): Promise<IngestProcess> => {
    const worker = await startIngestProcess(context.server.url);
    workers.push(worker);
    return worker;
  };

  async function write(graph: string, files = FILES): Promise<void> {
    await mkdir(rootOf(graph), { recursive: true });
    for (let i = 0; i < files; i++) {
      const imported =
        i === 0 ? 'const before = (): number => 0;\n' : `import { f${String(i - 1)} as before } from './m${String(i - 1)}';\n`;
      const members = Array.from({ length: 8 }, (_, m) => `  m${String(m)}(): number {\n    return before();\n  }\n`).join('');
      const text = `${imported}export function f${String(i)}(): number {\n  return before();\n}\nexport class C${String(i)} {\n${members}}\n`;
      await writeFile(join(rootOf(graph), `m${String(i)}.ts`), text);
    }
  }

  async function factsOf(graph: string): Promise<Fact[]> {
    const log = openLog(context.redis, graph);
    const facts: Fact[] = [];
    for (let cursor = ORIGIN; ;) {
      const page = await log.readAfter(cursor, { entries: 1_000 });
      for (const batch of page.batches) {
        facts.push(...decodeFacts(batch, cursor));
        cursor = batch.through;
      }
      if (page.caughtUp) return facts;
    }
  }

  /** Nothing is said twice: no fact adds what is there, or is about what is not. */
  async function soundStateOf(graph: string): Promise<{ digest: string; completed: number; files: number }> {
    const state = emptyState();
    const doubled: string[] = [];
    const facts = await factsOf(graph);
    for (const fact of facts) {
      if (
        /^(node|relationship)_added$/.test(fact.event_type) &&
        (state.nodes.has(fact.entity_id) || state.relationships.has(fact.entity_id))
      )
        doubled.push(fact.entity_id);
      evolve(state, fact);
    }
    expect([graph, doubled.length, state.anomalies]).toEqual([graph, 0, 0]);
    const completed = facts.filter(({ event_type }) => event_type === 'analysis_completed').length;
    const files = [...state.nodes.values()].filter(({ value }) => value.node_type === 'file').length;
    return { digest: stateDigest(state), completed, files };
  }

  async function freshDigestOf(graph: string): Promise<string> {
    await new GraphRegistry(context.redis).add(`fresh-${graph}`, rootOf(graph));
    await new Jobs(context.redis).wake({ graph: `fresh-${graph}`, kind: 'added' });
    await eventually(async () => (await soundStateOf(`fresh-${graph}`)).completed > 0, 60_000);
    return (await soundStateOf(`fresh-${graph}`)).digest;
  }

  async function ownerOf(graph: string, among = workers): Promise<IngestProcess> {
    let owner: IngestProcess | undefined;
    await eventually(async () => {
      const looking = await Promise.all(among.map((worker) => worker.graphs()));
      const owners = among.filter((_, i) => looking[i]?.includes(graph));
      if (owners.length === 1) owner = owners[0];
      return owners.length === 1;
    }, TAKEN_OVER_MS);
    return owner!;
  }

  beforeEach(async () => {
    workers = [];
    home = await mkdtemp(join(tmpdir(), 'graphtail-several-'));
  });

  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await rm(home, { recursive: true });
  });

  it(
    'share the graphs; a killed one is replaced within the lease, and saves made meanwhile are appended once',
    async () => {
      for (const graph of GRAPHS) await write(graph);
      await Promise.all([start(), start()]);
      await eventually(async () => (await Promise.all(workers.map((worker) => worker.workers()))).every((living) => living === 2));
      for (const graph of GRAPHS) await new GraphRegistry(context.redis).add(graph, rootOf(graph));
      await new Jobs(context.redis).wake({ graph: GRAPHS[0]!, kind: 'added' });
      await eventually(async () => (await Promise.all(workers.map((worker) => worker.graphs()))).flat().length === GRAPHS.length, 30_000);
      const shares = await Promise.all(workers.map((worker) => worker.graphs()));
      expect(shares.flat().sort()).toEqual([...GRAPHS].sort());
      expect(shares.map((share) => share!.length)).toEqual([2, 2]);

      const [victim, survivor] = workers as [IngestProcess, IngestProcess];
      victim.signal('SIGKILL'); // in the middle of their first analyses
      await appendFile(join(rootOf(shares[0]![0]!), 'm7.ts'), 'export const late = 1;\n');
      const killedAt = performance.now();
      await eventually(async () => (await survivor.graphs())?.length === GRAPHS.length, TAKEN_OVER_MS);
      expect(performance.now() - killedAt).toBeLessThan(TAKEN_OVER_MS);
      for (const graph of GRAPHS) {
        const fresh = await freshDigestOf(graph);
        await eventually(async () => (await soundStateOf(graph)).digest === fresh, 30_000);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'leave graphs beyond their share to the others for a while, and take them if no other does',
    async () => {
      for (const graph of GRAPHS) {
        await mkdir(rootOf(graph));
        await new GraphRegistry(context.redis).add(graph, rootOf(graph));
      }
      // One that lives and can read none of the roots.
      const other = new Workers(context.redis, 'other');
      await other.appear();
      const appearing = setInterval(() => void other.appear(), LEASE_MS / 4);
      const worker = await start();
      const held = async (count: number): Promise<number> => {
        await eventually(async () => (await worker.graphs())!.length >= count);
        return performance.now();
      };
      const [share, all] = [await held(GRAPHS.length / 2), await held(GRAPHS.length)];
      clearInterval(appearing);
      expect(all - share).toBeGreaterThan(LEASE_MS / 3);
    },
    TIMEOUT_MS,
  );

  it(
    'replace one that froze beyond its lease while it appended, and its late appends conflict',
    async () => {
      await write('one', MANY_FILES);
      await new GraphRegistry(context.redis).add('one', rootOf('one'));
      await Promise.all([start(), start()]);
      const frozen = await ownerOf('one');
      await eventually(async () => (await factsOf('one')).some(({ event_type }) => event_type === 'node_added'), 60_000);
      frozen.signal('SIGSTOP');
      const before = await soundStateOf('one');
      expect(before.completed).toBe(0);
      const other = workers.find((worker) => worker !== frozen)!;
      await eventually(async () => (await other.graphs())?.includes('one') === true, TAKEN_OVER_MS);
      // If few files were left, they are appended without announcing another analysis.
      await eventually(async () => (await soundStateOf('one')).files === MANY_FILES, 60_000);
      await appendFile(join(rootOf('one'), 'm3.ts'), 'export const meanwhile = 1;\n');
      await eventually(async () => (await factsOf('one')).some(({ entity_id }) => entity_id === 'm3.ts#meanwhile'));
      const complete = await soundStateOf('one');
      frozen.signal('SIGCONT');

      await eventually(async () => (await frozen.graphs())?.includes('one') === false);
      expect(await ownerOf('one')).toBe(other);
      expect((await soundStateOf('one')).digest).toBe(complete.digest);
      expect(await freshDigestOf('one')).toBe(complete.digest);
    },
    TIMEOUT_MS,
  );
});

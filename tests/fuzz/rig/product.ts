import { rm } from 'node:fs/promises';
import { eventually } from '../../support/eventually.ts';
import { startPipeline, type Pipeline } from '../../support/pipeline.ts';
import { NODES, writeCodebase } from './codebase.ts';
import { heldBy, portOf, PROCESSES, variableOf, type Held, type ProcessName } from './processes.ts';
import { Pulse } from './pulse.ts';

/** The graph that the fuzzers ask about. Nothing that they send may change it. */
export const GRAPH = 'fuzzed';
const ANALYSED_WITHIN_MS = 60_000;
const BACK_WITHIN_MS = 60_000;

/** Where requests go: the front door, or a service's own port. */
export const DOORS = ['gateway', 'projector', 'notifier', 'ingest'] as const;
export type Door = (typeof DOORS)[number];

/** What must be the same after the load as before it. */
export type GraphState = { readonly head: string; readonly stateDigest: string };

/** The whole product, as `npm start` runs it, on a codebase that makes questions expensive; with the pulse beside it. */
export class Product {
  readonly pipeline: Pipeline;
  readonly pulse: Pulse;
  /** Ports and pids of the processes as they were started; after a restart, {@link lookAgain}. */
  ports: Readonly<Record<Door, number>>;
  pids: Readonly<Record<ProcessName, number>>;
  /** Offsets of the graph, for cursors. */
  readonly head: string;
  readonly #source: string;

  private constructor(fields: Pick<Product, 'pipeline' | 'pulse' | 'ports' | 'pids' | 'head'>, source: string) {
    ({ pipeline: this.pipeline, pulse: this.pulse, ports: this.ports, pids: this.pids, head: this.head } = fields);
    this.#source = source;
  }

  static async start(): Promise<Product> {
    const source = await writeCodebase();
    const pipeline = await startPipeline({ graph: GRAPH, source, args: ['--no-watch', '--workers', '1', '--log-level', 'warn'] });
    try {
      const pids = await pidsOf(pipeline);
      const ports = await portsOf(pids);
      await eventually(() => pipeline.output().includes(`✓ ${pipeline.graph}`), ANALYSED_WITHIN_MS); // said when the analysis is over
      await eventually(() => hasNode(pipeline, NODES.oddFile));
      const redisUrl = (await variableOf(pids.notifier, 'GRAPHTAIL_REDIS_URL')) ?? '';
      const pulse = await Pulse.start(redisUrl, pipeline.url);
      await eventually(() => pulse.facts > 2);
      return new Product({ pipeline, pulse, ports, pids, head: (await stateOf(pipeline)).head }, source);
    } catch (error) {
      await pipeline.stop();
      throw error;
    }
  }

  state(): Promise<GraphState> {
    return stateOf(this.pipeline);
  }

  /** Each process that is still the one that was started, and what it holds. */
  async held(): Promise<Partial<Record<ProcessName, Held>>> {
    const held: Partial<Record<ProcessName, Held>> = {};
    for (const name of PROCESSES) {
      const found = await heldBy(this.pids[name]);
      if (found !== undefined) held[name] = found;
    }
    return held;
  }

  /** Processes that are no longer the ones that were started. */
  async ended(): Promise<ProcessName[]> {
    const held = await this.held();
    return PROCESSES.filter((name) => held[name] === undefined);
  }

  /** Waits until what was restarted is back, and takes its processes for the ones that were started. */
  async lookAgain(): Promise<void> {
    await eventually(
      () =>
        fetch(`${this.pipeline.url}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      BACK_WITHIN_MS,
    );
    this.pids = await pidsOf(this.pipeline);
    this.ports = await portsOf(this.pids);
  }

  /** The product's last words. */
  lastWords(lines = 30): string {
    return this.pipeline.output().split('\n').slice(-lines).join('\n');
  }

  async close(): Promise<void> {
    await this.pulse.close();
    await this.pipeline.stop();
    await rm(this.#source, { recursive: true, force: true });
  }
}

function stats(pipeline: Pipeline): Promise<{ total_nodes: number; state_digest: string; offset: string }> {
  return pipeline.get(`/api/graph/stats?graph=${GRAPH}`);
}

async function pidsOf(pipeline: Pipeline): Promise<Record<ProcessName, number>> {
  const found = await Promise.all(PROCESSES.map(async (name) => [name, await pipeline.pidOf(name)] as const));
  const missing = found.find(([, pid]) => pid === undefined);
  if (missing !== undefined) throw new Error(`there is no process of ${missing[0]}`);
  return Object.fromEntries(found) as Record<ProcessName, number>;
}

async function portsOf(pids: Readonly<Record<Door, number>>): Promise<Record<Door, number>> {
  const found = await Promise.all(DOORS.map(async (door) => [door, await portOf(pids[door])] as const));
  return Object.fromEntries(found) as Record<Door, number>;
}

async function hasNode(pipeline: Pipeline, id: string): Promise<boolean> {
  const { status } = await fetch(`${pipeline.url}/api/graph/nodes/${encodeURIComponent(id)}?graph=${GRAPH}`);
  return status === 200;
}

async function stateOf(pipeline: Pipeline): Promise<GraphState> {
  const [{ head }, { state_digest: stateDigest }] = [
    await pipeline.get<{ head: string }>(`/api/log?graph=${GRAPH}`),
    await stats(pipeline),
  ];
  return { head, stateDigest };
}

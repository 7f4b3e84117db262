import { setTimeout as wait } from 'node:timers/promises';
import type { FileOutput } from '@graphtail/analysis';
import { addLanes, lanesToHex, ZERO, type GraphNode, type NewFact, type Relationship } from '@graphtail/facts';
import { connect, openLog, GraphRegistry, Snapshots, type Appended, type FactLog } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { outputOf } from '../../../packages/analysis/src/testing/output-of.ts';
import { changesOf, removalsOf } from '../../../services/ingest/src/difference/file-difference.ts';
import { Publisher, ViewReloaded } from '../../../services/ingest/src/publisher.ts';
import { GraphView } from '../../../services/ingest/src/view.ts';
import type { Random } from './random.ts';

const FILES = 60;
const NAMES = 12;
const EDIT_EVERY_MS = 20;

export type Acknowledged = { readonly through: string; readonly batchId: string };

/**
 * A source that changes all the time, and the producer that keeps its log in step: ingest's own view, diff and publisher over
 * entities that are made up. Many small batches; what it was acknowledged is remembered.
 */
export class Writer {
  readonly graph: string;
  readonly acknowledged: Acknowledged[] = [];
  appended = 0;
  readonly #random: Random;
  readonly #redis: Redis;
  readonly #log: FactLog;
  readonly #view: GraphView;
  #publisher: Publisher;
  readonly #source = new Map<string, NonNullable<FileOutput>>();
  #stop = new AbortController();
  #busy = Promise.resolve();

  constructor(url: string, graph: string, random: Random) {
    this.graph = graph;
    this.#random = random;
    this.#redis = connect(url, { name: 'graphtail-writer' });
    this.#log = openLog(this.#redis, graph);
    this.#view = new GraphView(this.#log, new Snapshots(this.#redis, this.#log));
    this.#publisher = this.#publisherFor(0);
  }

  #publisherFor(replicas: number): Publisher {
    const onAppended = ({ facts, through }: Appended): void => {
      this.appended += facts.length;
      this.acknowledged.push({ through, batchId: this.#view.position!.batchId });
    };
    return new Publisher(this.#log, this.#view, onAppended, undefined, replicas);
  }

  /** From now on an append is acknowledged when so many replicas have it. */
  async waitForReplicas(replicas: number): Promise<void> {
    this.#stop.abort(); // an append that waits is given up, and seen in the log if it is there
    await this.#busy;
    this.#publisher = this.#publisherFor(replicas);
    this.start();
  }

  /** Makes the graph known, under a root that no worker can read: this is its only producer. */
  async register(): Promise<void> {
    await new GraphRegistry(this.#redis).add(this.graph, `/nowhere/${this.graph}`);
  }

  /** The digest that the log's state must come to. */
  get sourceDigest(): string {
    let sum = ZERO;
    for (const { nodes, relationships } of this.#source.values())
      for (const entity of [...nodes, ...relationships]) sum = addLanes(sum, entity.hash);
    return lanesToHex(sum);
  }

  /** Edits and appends until `settle`. */
  start(): void {
    this.#stop = new AbortController();
    this.#busy = this.#run(this.#stop.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.edit();
      await this.#publish(signal).catch(() => undefined); // aborted: what was not acknowledged is appended later
      await wait(EDIT_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Ends the edits; resolves when the log says what the source says: with the head. */
  async settle(withinMs: number): Promise<string> {
    this.#stop.abort();
    await this.#busy;
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      await this.#publish(deadline);
      const { head, epoch } = await this.#log.state();
      const position = this.#view.position;
      if (position?.head === head && position.epoch === epoch) return head;
      await this.#view.catchUp(deadline);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#busy;
    this.#redis.disconnect();
  }

  /** Where this producer stands, for the message of a failure. */
  async whereabouts(): Promise<string> {
    const log = await this.#log.state().catch((error: unknown) => String(error));
    return JSON.stringify(
      { position: this.#view.position, log, connection: this.#redis.status, refused: this.#publisher.refused?.error.message },
      null,
      1,
    );
  }

  /** Everything that the source says beyond what the log says. */
  async #publish(signal: AbortSignal): Promise<void> {
    try {
      if (this.#view.incomplete) await this.#publisher.publish(() => [[this.#reset()]], signal);
      await this.#publisher.publish(() => this.#groups(), signal);
    } catch (error) {
      if (!(error instanceof ViewReloaded)) throw error;
      await this.#publish(signal);
    }
  }

  #reset(): NewFact {
    return { event_type: 'graph_reset', entity_type: 'graph', entity_id: this.graph, data: { reason: 'the log lost its beginning' } };
  }

  *#groups(): Generator<readonly NewFact[]> {
    const paths = [...new Set([...this.#source.keys(), ...this.#view.files()])];
    const changes = paths.map((path) => changesOf(this.#view, path, this.#source.get(path)));
    const removals = paths.flatMap((path) => removalsOf(this.#view, path, this.#source.get(path)));
    if (removals.length > 0) yield removals;
    for (const facts of changes) if (facts.length > 0) yield facts;
  }

  /** Changes a few files of the source. */
  edit(): void {
    for (let edits = this.#random.between(1, 6); edits > 0; edits--) {
      const path = `src/f${String(this.#random.between(1, FILES))}.ts`;
      if (this.#random.chance(0.1)) this.#source.delete(path);
      else this.#source.set(path, this.#file(path));
    }
  }

  #file(path: string): NonNullable<FileOutput> {
    const count = this.#random.between(1, NAMES);
    const nodes: GraphNode[] = Array.from({ length: count }, (_, i) => ({
      id: `${path}#n${String(i)}`,
      name: `n${String(i)}`,
      node_type: 'function',
      language: 'typescript',
      file_path: path,
      start_line: i * 10 + 1,
      end_line: i * 10 + 9,
      complexity: this.#random.between(1, 30),
      line_count: 9,
      docstring: `é${'x'.repeat(this.#random.between(0, 60))}`,
    }));
    const relationships: Relationship[] = nodes.slice(1).map((node, i) => ({
      id: `${nodes[i]!.id}|calls|${node.id}`,
      source_id: nodes[i]!.id,
      target_id: node.id,
      relationship_type: 'calls',
      confidence: 1,
      resolution: 'local',
      file_path: path,
      line_offset: this.#random.between(0, 8),
      count: 1,
    }));
    return outputOf({ nodes, relationships })!;
  }
}

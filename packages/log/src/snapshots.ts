import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { entityHash, stateDigest, type Entity, type Offset, type ReadonlyGraphState } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { FactLog } from './fact-log.ts';
import { graphKey } from './keys.ts';
import { GraphRemoved } from './errors.ts';
import { callFunction } from './library.ts';
import { GraphStore } from './store/graph-store.ts';
import { addImageChunk, imageOf } from './store/image.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const SNAPSHOT_VERSION = 3;
/** Chunks of this older version are NDJSON. They are still read: if the log was trimmed, its state is nowhere else. */
const NDJSON_VERSION = 2;
const KEPT = 3;
/** Snapshots are written often and read seldom, and half of one are hashes, which no level makes smaller. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Chunks of a save that was cut short expire after this time. */
const UNCOMMITTED_SECONDS = 900;
/** Chunks of a replaced snapshot expire after this time: a process may still be reading them. */
const REPLACED_SECONDS = 60;

const ManifestSchema = z.object({
  version: z.literal([SNAPSHOT_VERSION, NDJSON_VERSION]),
  /** Part of the names of its chunks: two projectors may save the same offset at once, and their chunks differ in order. */
  save: z.string(),
  as_of: z.string(),
  running_digest: z.string(),
  state_digest: z.string(),
  node_count: z.int(),
  relationship_count: z.int(),
  created_at: z.string(),
  chunks: z.array(z.object({ bytes: z.int(), sha256: z.string() })),
});
export type SnapshotManifest = z.infer<typeof ManifestSchema>;

export type Snapshot = { readonly asOf: Offset; readonly runningDigest: string; readonly stateDigest: string; readonly state: GraphStore };

/**
 * A projection's states, saved with their checkpoints. They are in Redis under the graph's hash tag, so that Redis loses or
 * keeps the log and its snapshots together. Chunks are parts of a store's image, compressed with zstd and checksummed.
 */
export class Snapshots {
  readonly #redis: Redis;
  readonly #log: FactLog;
  readonly #onCorrupt: (asOf: Offset, reason: string) => void;

  constructor(redis: Redis, log: FactLog, onCorrupt: (asOf: Offset, reason: string) => void = () => undefined) {
    this.#redis = redis;
    this.#log = log;
    this.#onCorrupt = onCorrupt;
  }

  /** Returns the offsets of the stored snapshots, newest first. */
  async list(): Promise<Offset[]> {
    return (await this.#redis.zrevrange(this.#log.keys.snapshots, '0', '-1')) as Offset[];
  }

  /** Returns the manifests of the snapshots that are still places in the log, newest first. Leaves out a manifest that can't be read. */
  async manifests(): Promise<SnapshotManifest[]> {
    const found: SnapshotManifest[] = [];
    for (const asOf of await this.list()) {
      if (!(await this.#log.judge(asOf)).ok) continue;
      const manifest = readManifest(await this.#redis.get(this.#manifestKey(asOf)));
      if (manifest !== undefined) found.push(manifest);
    }
    return found;
  }

  /**
   * Saves a state. False if the log refuses it, because it is not the state of this log at that offset.
   * The state may change during the save: its content at the time of the call is saved.
   */
  async save(asOf: Offset, runningDigest: string, state: ReadonlyGraphState): Promise<boolean> {
    const digest = stateDigest(state);
    const [node_count, relationship_count] = [state.nodes.size, state.relationships.size];
    const image = imageOf(state instanceof GraphStore ? state : GraphStore.of(state));
    const chunks: SnapshotManifest['chunks'] = [];
    const save = randomBytes(4).toString('hex');
    for (const chunk of image) {
      const packed = await compress(chunk, COMPRESSION);
      await this.#redis.set(this.#chunkKey(asOf, save, chunks.length), packed, 'EX', UNCOMMITTED_SECONDS);
      chunks.push({ bytes: packed.length, sha256: sha256(packed) });
      await nextTurn();
    }
    const manifest: SnapshotManifest = {
      version: SNAPSHOT_VERSION,
      save,
      as_of: asOf,
      running_digest: runningDigest,
      state_digest: digest,
      node_count,
      relationship_count,
      created_at: new Date().toISOString(),
      chunks,
    };
    const { meta, log, epochs, snapshots } = this.#log.keys;
    const keys = [meta, log, epochs, snapshots, this.#manifestKey(asOf), ...this.#chunkKeys(manifest)];
    const args = [asOf, runningDigest, JSON.stringify(manifest)];
    const [answer, replaced = ''] = await callFunction(this.#redis, 'commit_snapshot', keys, args).catch((error: unknown) => {
      if (error instanceof GraphRemoved) return ['refused'];
      throw error;
    });
    if (answer !== 'committed') {
      await this.#remove(this.#chunkKeys(manifest));
      return false;
    }
    for (const key of this.#chunkKeys(readManifest(replaced))) await this.#redis.expire(key, REPLACED_SECONDS);
    await this.#prune();
    return true;
  }

  /** Removes all snapshots. */
  async clear(): Promise<void> {
    for (const asOf of await this.list()) await this.#drop(asOf);
  }

  /**
   * Keeps the newest snapshots and drops the others. Drops every snapshot that is no longer a place in this log, e.g. after the log's keys
   * were deleted: its seq may be higher than this log's for a long time.
   */
  async #prune(): Promise<void> {
    let kept = 0;
    for (const asOf of await this.list()) {
      if (kept < KEPT && (await this.#log.judge(asOf)).ok) kept++;
      else await this.#drop(asOf);
    }
  }

  /** Returns the newest snapshot that is whole and still a place in the log. @param atOrBefore the highest seq that it may have */
  async newest(atOrBefore = Infinity): Promise<Snapshot | undefined> {
    return this.#firstUsable(await this.list(), atOrBefore);
  }

  /**
   * Returns the oldest snapshot that is whole and still a place in the log. A fold of the whole log begins there if the log's beginning was
   * trimmed.
   */
  async oldest(): Promise<Snapshot | undefined> {
    return this.#firstUsable((await this.list()).reverse(), Infinity);
  }

  async #firstUsable(listed: readonly Offset[], atOrBefore: number): Promise<Snapshot | undefined> {
    for (const asOf of listed) {
      if (Number(asOf.slice(asOf.indexOf('-') + 1)) > atOrBefore) continue;
      const verdict = await this.#log.judge(asOf);
      if (!verdict.ok) continue;
      const snapshot = await this.#load(asOf);
      if (typeof snapshot !== 'string') return snapshot;
      this.#onCorrupt(asOf, snapshot);
    }
    return undefined;
  }

  /** Returns the snapshot, or why it is not usable. */
  async #load(asOf: Offset): Promise<Snapshot | string> {
    const stored = await this.#redis.get(this.#manifestKey(asOf));
    if (stored === null) return 'its manifest is missing';
    const manifest = readManifest(stored);
    if (manifest === undefined) return 'its manifest is of another version, or damaged';
    const state = new GraphStore();
    const add = manifest.version === NDJSON_VERSION ? addEntities : addImageChunk;
    let next = this.#chunk(manifest, 0);
    for (let index = 0; index < manifest.chunks.length; index++) {
      const chunk = await next;
      if (typeof chunk === 'string') return chunk;
      next = this.#chunk(manifest, index + 1); // Redis and zstd work while this chunk is added
      next.catch(() => undefined); // a failure is thrown at the await above
      add(state, chunk);
      await nextTurn();
    }
    if (stateDigest(state) !== manifest.state_digest) return 'its state has another digest';
    return { asOf, runningDigest: manifest.running_digest, stateDigest: manifest.state_digest, state };
  }

  /** A chunk's content, or why it is not usable. */
  async #chunk({ as_of, save, chunks }: SnapshotManifest, index: number): Promise<Buffer | string> {
    const expected = chunks[index];
    if (expected === undefined) return 'there is no such chunk';
    const packed = await this.#redis.getBuffer(this.#chunkKey(as_of as Offset, save, index));
    if (packed === null) return `chunk ${String(index)} is missing`;
    if (sha256(packed) !== expected.sha256) return `chunk ${String(index)} has another checksum`;
    return decompress(packed);
  }

  async #drop(asOf: Offset): Promise<void> {
    await this.#redis.zrem(this.#log.keys.snapshots, asOf);
    await this.#remove(this.#chunkKeys(readManifest(await this.#redis.getdel(this.#manifestKey(asOf)))));
  }

  async #remove(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#redis.unlink(...keys);
  }

  #chunkKeys(manifest: SnapshotManifest | undefined): string[] {
    if (manifest === undefined) return [];
    const { as_of: asOf, save, chunks } = manifest;
    return chunks.map((_, index) => this.#chunkKey(asOf as Offset, save, index));
  }

  #manifestKey(asOf: Offset): string {
    return graphKey(this.#log.graph, `snapshot:${asOf}`);
  }

  #chunkKey(asOf: Offset, save: string, index: number): string {
    return graphKey(this.#log.graph, `snapshot:${asOf}:${save}:${String(index)}`);
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Undefined if the text is a manifest of another version, or not a manifest. */
function readManifest(stored: string | null): SnapshotManifest | undefined {
  if (stored === null || stored === '') return undefined;
  try {
    return ManifestSchema.safeParse(JSON.parse(stored)).data;
  } catch {
    return undefined;
  }
}

/** Adds a chunk of NDJSON. Computes each entity's hash, which the text does not hold. */
function addEntities(state: GraphStore, text: Buffer): void {
  for (const line of text.toString().split('\n')) {
    const value = JSON.parse(line) as Entity;
    state.put(value, entityHash(value));
  }
}

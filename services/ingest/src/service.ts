import { AnalysisThreads } from '@graphtail/analysis';
import { replicasOf, type Durability } from '@graphtail/facts';
import { FitnessWatch, GraphRegistry, Jobs, Lease, LEASE_MS, SharedCall, Workers, connect, openLog } from '@graphtail/log';
import { unfitness, type Complaint, type Logger, type Registry, type Troubles } from '@graphtail/runtime';
import { whyUnreadable } from './why-unreadable.ts';
import { DurabilityWatch } from './durability-watch.ts';
import { GraphSession, type Doing } from './session/graph-session.ts';
import { createMetrics } from './metrics.ts';

export type IngestOptions = {
  readonly redisUrl: string;
  readonly workers: number;
  /** The worker's name. A process that replaces a dead one under the same name also owns the dead one's leases. */
  readonly worker?: string | undefined;
  readonly cacheDir: string | undefined;
  readonly watch: boolean;
  readonly durability: Durability;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly troubles: Troubles;
};

export type Ingest = {
  redisAnswers(): boolean;
  graphs(): string[];
  /** What the sessions of these graphs are doing. */
  sessions(): readonly Doing[];
  /** How many ingest workers were alive when this one last looked, including itself. */
  workers(): number;
  durability(): DurabilityWatch['state'];
  close(): Promise<void>;
};

/** For this long, a graph without a worker is left to workers that have less than their share of graphs. */
const LEFT_MS = LEASE_MS / 2;

/** A graph that this worker knows. The worker looks after it while it holds the lease. */
type KnownGraph = {
  readonly root: string;
  readonly lease: Lease;
  session: GraphSession | undefined;
  /** When the worker first found the lease free, from `performance.now()`; undefined while another worker holds it. */
  freeSince: number | undefined;
};

/** Looks after every registered graph whose root this worker can read and whose lease it gets. */
export function startIngest(options: IngestOptions): Ingest {
  const { logger, redisUrl } = options;
  let up = false;
  const redis = connect(redisUrl, {
    name: 'graphtail-ingest',
    onState: (state, error) => {
      up = state === 'up';
      logger[up ? 'info' : 'warn']({ err: error }, `redis is ${state}`);
      if (up) durability.look();
    },
  });
  const fitness = new FitnessWatch(redis, logger);
  const durability = new DurabilityWatch(redis, options.durability, logger, options.metrics);
  const replicas = replicasOf(options.durability);
  const replicated = replicas === 0 ? undefined : { redis: connect(redisUrl, { name: 'graphtail-ingest-append' }), replicas };
  const blocking = connect(redisUrl, { name: 'graphtail-ingest-jobs', blocking: true });
  const [registry, jobs, workers] = [new GraphRegistry(redis), new Jobs(redis), new Workers(redis, options.worker)];
  const threads = new AnalysisThreads({ workers: options.workers, cacheDir: options.cacheDir });
  const metrics = createMetrics(options.metrics);
  const held = new Map<string, KnownGraph>();
  let living = 1;
  /** By graph: why this worker can't read the root of a graph that no worker looks after. */
  let unread = new Map<string, string>();
  const stop = new AbortController();

  const look = async (name: string, entry: KnownGraph): Promise<void> => {
    const mine = await entry.lease.hold();
    if (mine && entry.session === undefined) {
      const { root } = entry;
      metrics.known(name);
      entry.session = new GraphSession({ graph: name, root, redis, jobs, threads, metrics, logger, watch: options.watch, replicated });
      entry.session.start();
      logger.info({ graph: name, root }, 'looking after this graph');
    } else if (!mine && entry.session !== undefined) {
      const { session } = entry;
      entry.session = undefined;
      logger.warn({ graph: name }, 'another worker looks after this graph now');
      await session.close();
    }
    await entry.session?.checkLog();
  };

  /** Whether no worker with less than its share has taken the graph for `LEFT_MS`. They may not be able to read its root. */
  const isLeft = async (entry: KnownGraph): Promise<boolean> => {
    entry.freeSince = (await entry.lease.isHeld()) ? undefined : (entry.freeSince ?? performance.now());
    return entry.freeSince !== undefined && performance.now() - entry.freeSince >= LEFT_MS;
  };

  /**
   * The registry does not list the graph with this root. Either the graph was removed (and perhaps added again with another root), or
   * FLUSHALL deleted the list of graphs. After FLUSHALL, the worker that looks after the graph adds it again.
   */
  const lookAtUnlisted = async (name: string, entry: KnownGraph, otherRoot: string | undefined): Promise<void> => {
    if (otherRoot === undefined && !(await openLog(redis, name).isRemoved())) {
      if (entry.session !== undefined) await registry.add(name, entry.root);
      return;
    }
    held.delete(name);
    if (entry.session !== undefined) logger.info({ graph: name }, 'the graph was removed');
    await entry.session?.close();
    metrics.forgotten(name);
    await entry.lease.release();
  };

  const lookAtAll = async (): Promise<void> => {
    const registered = await registry.list();
    const found = new Map<string, string>();
    for (const { name, root } of registered) {
      if (held.has(name)) continue;
      const why = await whyUnreadable(root);
      const lease = new Lease(redis, name, options.worker);
      if (why === undefined) held.set(name, { root, lease, session: undefined, freeSince: undefined });
      else if (!(await lease.isHeld())) found.set(name, `${root} can't be analysed: ${why}`);
    }
    unread = found;
    const roots = new Map(registered.map(({ name, root }) => [name, root]));
    for (const [name, entry] of held) if (roots.get(name) !== entry.root) await lookAtUnlisted(name, entry, roots.get(name));
    const [mine, others] = [[...held].filter(([, entry]) => entry.session), [...held].filter(([, entry]) => !entry.session)];
    await Promise.all(mine.map(([name, entry]) => look(name, entry)));
    living = await workers.appear();
    const share = Math.ceil(registered.length / living);
    let taken = mine.length;
    for (const [name, entry] of others) {
      if (taken >= share && !(await isLeft(entry))) continue;
      await look(name, entry);
      if (entry.session !== undefined) taken++;
    }
  };

  const complaints = (): Complaint[] => [
    ...(up ? [] : [{ code: 'redis_away' as const, message: 'Redis does not answer: nothing is appended' }]),
    ...unfitness(fitness.reasons),
    ...durability.complaints,
    ...Array.from(unread, ([graph, message]) => ({ code: 'root_unreadable' as const, graph, message })),
    ...[...held.values()].flatMap(({ session }) => session?.complaints ?? []),
  ];
  options.troubles.watch(complaints);

  const looking = new SharedCall(() =>
    lookAtAll().catch((error: unknown) => logger.warn({ err: error }, 'could not look after the graphs')),
  );
  const lookSoon = (): void => {
    if (!stop.signal.aborted) void looking.run();
  };
  const timer = setInterval(lookSoon, LEASE_MS / 4);
  lookSoon();

  const listen = async (): Promise<void> => {
    for await (const wake of jobs.watch(blocking, stop.signal)) {
      if (wake?.kind === 'added' || wake?.kind === 'removed') lookSoon();
      for (const [name, { session }] of held) {
        if (wake?.kind === 'added' || wake?.kind === 'removed' || (wake !== undefined && wake.graph !== name)) continue;
        if (wake?.kind === 'cancel') session?.cancel();
        else session?.jobArrived();
      }
    }
  };
  const listening = listen();

  return {
    redisAnswers: () => up,
    graphs: () => [...held].filter(([, entry]) => entry.session !== undefined).map(([name]) => name),
    sessions: () => [...held.values()].flatMap(({ session }) => session?.doing ?? []),
    workers: () => living,
    durability: () => durability.state,
    async close() {
      clearInterval(timer);
      durability.close();
      stop.abort();
      await Promise.all([listening, looking.underWay]);
      await Promise.all([...held.values()].flatMap(({ session }) => session?.close() ?? []));
      // If Redis is away, the leases and the worker's entry expire by themselves.
      await Promise.all([workers.leave(), ...[...held.values()].map(({ lease }) => lease.release())]).catch(() => undefined);
      await threads.close();
      redis.disconnect();
      replicated?.redis.disconnect();
    },
  };
}

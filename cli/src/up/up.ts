import { randomUUID } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { createApi } from '@graphtail/client';
import { ORIGIN, placeOf, type Durability } from '@graphtail/facts';
import { isOpenToOthers } from '@graphtail/runtime/guard';
import manifest from '../../package.json' with { type: 'json' };
import { ownToken } from '../own-token.ts';
import { pageOf } from '../page.ts';
import type { Parts } from '../parts/parts.ts';
import { printable } from '../printable.ts';
import { UserError } from '../user-error.ts';
import { DataDir } from './data-dir.ts';
import { followAnalysis } from './follow-analysis.ts';
import type { UpOptions } from './options.ts';
import { checkFrontPort } from './ports.ts';
import { counted } from './progress.ts';
import { privateRedis, reachRedis } from './redis.ts';
import { registerGraph } from './register-graph.ts';
import { superviseService, type Service } from './service.ts';
import type { Cause, SupervisedEvent } from './supervised.ts';
import type { Terminal } from './terminal.ts';
import { Troubles } from './troubles.ts';
import { BEHIND_GATEWAY, isBehindGateway, Whereabouts } from './whereabouts.ts';

/** Services take free ports, and the supervisor tells the gateway which. */
const TOLD_BY_PARENT = { GRAPHTAIL_INGEST_URL: 'parent', GRAPHTAIL_PROJECTOR_URL: 'parent', GRAPHTAIL_NOTIFIER_URL: 'parent' };

/** Time limits, ms. Together they are below the 5 s that Ctrl-C may take. */
const SERVICES_END_WITHIN_MS = 3500;
const REDIS_ENDS_WITHIN_MS = 1000;

export type UpContext = {
  parts: Parts;
  terminal: Terminal;
  /** The environment that the services inherit; settings are added to it. */
  env: Readonly<Record<string, string | undefined>>;
  /** When aborted, Graphtail ends in good order. */
  stop: AbortSignal;
  /** When aborted, every process is killed now. */
  kill: AbortSignal;
};

/** A Graphtail that answers, and its graph. */
export type Running = { readonly url: string; readonly graph: string };

/**
 * Runs Graphtail until `stop`: a private Redis unless the user named one, the four services, and the dashboard's build. Adds the graph
 * and shows its analysis. Everything that was started is ended before this returns or throws.
 * @param work what to do with it instead of showing the analysis until `stop`; there is no dashboard then
 * @throws {UserError} if the user can solve the problem.
 */
export async function up(
  options: UpOptions,
  { parts, terminal, env, stop, kill }: UpContext,
  work?: (running: Running) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  await using started = new AsyncDisposableStack();
  const troubles = new Troubles(terminal, stop);
  const whereabouts = new Whereabouts();
  started.defer(() => terminal.status(undefined));
  const sayStopping = (): void => {
    terminal.status(undefined);
    terminal.line(`  ${terminal.paint('quiet', 'stopping')}`);
  };
  stop.addEventListener('abort', sayStopping, { once: true });

  const refusal = await checkFrontPort(options.host, options.port).catch((error: unknown) => error as Error);
  const data = await DataDir.take(options.dataDir, pageOf(addressAt(options.host, options.port), options.graph));
  started.defer(() => data.release());
  // Only now: if both the folder and the port are in use, the error about the folder says more.
  if (refusal !== undefined) throw refusal;

  terminal.line(`${terminal.paint('strong', 'Graphtail')} ${terminal.paint('quiet', manifest.version)}\n`);
  const programs = servicesBuilt(parts);
  programs.catch(() => undefined); // awaited below, unless something else fails first
  const redisUrl =
    options.redisUrl ?? (await startRedis({ data, durability: options.durability, terminal, troubles, whereabouts, started, kill, stop }));
  if (isOpenToOthers({ host: options.host, jwtSecret: options.secret }))
    terminal.wrong('insecure', `whoever can reach ${options.host}:${String(options.port)} can read and change everything, without a token`);
  if (options.redisUrl !== undefined) await reachRedis(options.redisUrl);
  if (stop.aborted) return;

  const programOf = await unlessStopped(stop, programs);
  if (programOf === undefined) return;

  const { services, frontDoor } = startServices(options, { redisUrl, data, env, troubles, whereabouts, parts, programOf });
  kill.addEventListener('abort', () => services.forEach(({ process }) => process.kill()), { once: true });
  started.defer(async () => {
    await Promise.all(services.map(({ process }) => process.stop(SERVICES_END_WITHIN_MS)));
    await Promise.all(services.map(({ closeLog }) => closeLog()));
  });
  const ending = new AbortController();
  started.defer(() => ending.abort());
  if (work === undefined) void dashboardBuilt({ parts, data, env, terminal }, AbortSignal.any([stop, ending.signal]));
  await unlessStopped(stop, Promise.all(services.map(({ name, process }) => firstReady(name, process, data))));
  if (stop.aborted) return;
  const url = addressAt(options.host, await frontDoor);
  await data.moved(pageOf(url, options.graph));
  terminal.done('services', `ingest, projector, notifier and gateway after ${seconds(startedAt)}`);

  const token = ownToken(options.secret, 'admin');
  const api = createApi(url, token);
  const graph = await registerGraph(api, options.graph, options.root);
  for (const { root, graph: name } of options.furtherRoots) await registerGraph(api, name, root);
  if (work !== undefined) {
    await unlessStopped(stop, work({ url, graph: graph.name }));
    return;
  }
  const watching = options.watch ? `watching ${printable(options.root)}, ` : '';
  terminal.line(`\n  ${terminal.paint('address', pageOf(url, graph.name))}  ${terminal.paint('quiet', `${watching}Ctrl-C stops`)}\n`);
  const follower = followAnalysis({ url, token, graph: graph.name }, terminal);
  started.defer(() => follower.close());
  if ((await unlessStopped(stop, follower.settled)) === false) {
    const now = (await api.graphs().catch(() => [])).find(({ name }) => name === graph.name);
    const { name, head = ORIGIN, node_count, relationship_count } = now ?? graph;
    terminal.done(name, `goes on at ${placeOf(head)}${countsOf(node_count, relationship_count)}`);
  }
  await aborted(stop);
}

type RedisContext = Pick<UpContext, 'terminal' | 'kill' | 'stop'> & {
  data: DataDir;
  durability: Durability;
  troubles: Troubles;
  whereabouts: Whereabouts;
  started: AsyncDisposableStack;
};

async function startRedis({ data, durability, terminal, troubles, whereabouts, started, kill, stop }: RedisContext): Promise<string> {
  const onEvent = eventsOf('redis', troubles, whereabouts);
  const redis = await privateRedis(data, durability, (text) => terminal.doing('redis', text), onEvent);
  kill.addEventListener('abort', () => redis.process.kill(), { once: true });
  started.defer(() => redis.stop(REDIS_ENDS_WITHIN_MS));
  redis.process.start();
  await unlessStopped(stop, firstReady('redis', redis.process, data));
  terminal.done('redis', `private, on a socket${redis.endedLeftover ? '; one left behind was ended' : ''}`);
  return redis.url;
}

type ServicesContext = Pick<UpContext, 'parts' | 'env'> & {
  redisUrl: string;
  data: DataDir;
  troubles: Troubles;
  whereabouts: Whereabouts;
  programOf(name: string): string;
};

type Named = Service & { name: string };

/** Starts all services. `frontDoor` resolves with the port on which the gateway listens. */
function startServices(
  options: UpOptions,
  { redisUrl, data, parts, env, troubles, whereabouts, programOf }: ServicesContext,
): { services: Named[]; frontDoor: Promise<number> } {
  const { promise: frontDoor, resolve } = Promise.withResolvers<number>();
  const common = {
    ...env,
    ...options.retention,
    GRAPHTAIL_REDIS_URL: redisUrl,
    GRAPHTAIL_DURABILITY: options.durability,
    GRAPHTAIL_LOG_LEVEL: options.logLevel,
    GRAPHTAIL_DATA_DIR: data.path,
    GRAPHTAIL_WORKERS: String(options.workers),
    GRAPHTAIL_WORKER: randomUUID(), // only one ingest at a time uses this id: the next one starts after the last has ended
    GRAPHTAIL_WATCH: String(options.watch),
    GRAPHTAIL_DASHBOARD_DIR: parts.dashboard,
    ...accessSettings(options),
    GRAPHTAIL_GRAPH: options.graph, // registered before the front door opens, so a client that connects at once finds it
    GRAPHTAIL_ROOT: options.root,
  };
  const services = [...BEHIND_GATEWAY, 'gateway' as const].map((name) => {
    const settings: Record<string, string | undefined> = isBehindGateway(name)
      ? // A user's proxy is in front of the gateway only; the gateway is in front of the other services.
        { ...common, GRAPHTAIL_HOST: '127.0.0.1', GRAPHTAIL_PORT: '0', GRAPHTAIL_TRUSTED_PROXIES: undefined }
      : { GRAPHTAIL_MONITOR: 'true', ...common, ...TOLD_BY_PARENT, GRAPHTAIL_HOST: options.host, GRAPHTAIL_PORT: String(options.port) };
    const service = superviseService({
      name,
      program: programOf(name),
      home: parts.home,
      env: settings,
      logs: data.logs,
      onEvent: eventsOf(name, troubles, whereabouts),
      onTrouble: (text) => troubles.say(name, text),
      ...(isBehindGateway(name)
        ? { onPort: (port) => whereabouts.moved(name, port) }
        : {
            onSpawn: (child) => whereabouts.tell(child),
            onPort(port) {
              if (port === undefined) return;
              settings['GRAPHTAIL_PORT'] = String(port); // with --port 0, the address stays when the gateway is restarted
              resolve(port);
            },
            findCause: () => portTaken(options.host, Number(settings['GRAPHTAIL_PORT'])),
          }),
    });
    service.process.start();
    return { name, ...service };
  });
  return { services, frontDoor };
}

/** Prints the events of a process, and counts its restarts. */
function eventsOf(name: string, troubles: Troubles, whereabouts: Whereabouts): (event: SupervisedEvent) => void {
  const print = troubles.of(name);
  return (event) => {
    whereabouts.happened(name, event);
    print(event);
  };
}

/** Whether the front door's port was taken by another process, before the gateway listened on it or while it restarts. */
async function portTaken(host: string, port: number): Promise<Cause | undefined> {
  try {
    await checkFrontPort(host, port);
    return undefined;
  } catch (error) {
    return { kind: 'stays', why: (error as Error).message };
  }
}

/** Settings for all services: the gateway passes on the host name by which a client reached it, so all of them need the same names. */
function accessSettings({ host, allowHosts, allowRoots, root, secret, insecure }: UpOptions): Record<string, string> {
  return {
    GRAPHTAIL_ALLOW_HOST: [...allowHosts, host].join(','),
    GRAPHTAIL_ALLOW_ROOT: [root, ...allowRoots].join(delimiter),
    GRAPHTAIL_JWT_SECRET: secret ?? '',
    GRAPHTAIL_INSECURE: String(insecure),
  };
}

async function firstReady(name: string, process: { whenReady(): Promise<void> }, data: DataDir): Promise<void> {
  try {
    await process.whenReady();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${name} does not start (${(error as Error).message}); see ${join(data.logs, `${name}.log`)}.`);
  }
}

type DashboardContext = Pick<UpContext, 'parts' | 'terminal' | 'env'> & { data: DataDir };

/** Builds the dashboard beside everything else: until it is there, the gateway answers with a page that says so. */
async function dashboardBuilt({ parts, data, env, terminal }: DashboardContext, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const log = join(data.logs, 'dashboard-build.log');
  const onBuild = (): void => terminal.doing('dashboard', 'building; the page shows up by itself');
  const outcome = await parts.buildDashboard({ log, env, signal, onBuild }).catch(() => 'failed' as const);
  if (signal.aborted) return;
  if (outcome === 'built') terminal.done('dashboard', `built in ${seconds(startedAt)}`);
  if (outcome === 'failed') terminal.wrong('dashboard', `could not be built, everything else runs; see ${log}`);
}

/** @returns a service's program, by its name @throws {UserError} if the sources can't be bundled */
async function servicesBuilt(parts: Parts): Promise<(name: string) => string> {
  try {
    return await parts.services();
  } catch (error) {
    throw new UserError(`The services can't be built: ${(error as Error).message}`);
  }
}

function countsOf(nodes: number | undefined, relationships: number | undefined): string {
  return nodes === undefined || relationships === undefined ? '' : `: ${counted(nodes, 'node')}, ${counted(relationships, 'relationship')}`;
}

/** The URL of the front door. A client can't connect to an address that means "listen everywhere". */
function addressAt(host: string, port: number): string {
  return `http://${reachableHost(host)}:${String(port)}`;
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

async function unlessStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, aborted(stop).then(() => undefined)]);
}

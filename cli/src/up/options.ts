import { realpath, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, delimiter, resolve } from 'node:path';
import { graphNameFor, isDurability, isGraphName, isRedisAddress, REDIS_ADDRESSES, replicasOf, type Durability } from '@graphtail/facts';
import { isOpenToOthers, parseHost, rootRefusal } from '@graphtail/runtime/guard';
import { InvalidArgumentError, Option } from 'commander';
import { secondsOf } from '../duration.ts';
import { UsageError } from '../user-error.ts';

/** A further folder to analyse, with an absolute path. */
export type FurtherRoot = { readonly root: string; readonly graph: string };

/** The options of `graphtail up`, checked. Paths are absolute. */
export type UpOptions = {
  root: string;
  graph: string;
  host: string;
  /** Further host names by which clients reach Graphtail. */
  allowHosts: readonly string[];
  /** If a secret is set, the folders below which graphs may be added, besides PATH. */
  allowRoots: readonly string[];
  /** The secret that signs tokens; undefined: requests need no token. */
  secret: string | undefined;
  insecure: boolean;
  port: number;
  dataDir: string;
  /** The Redis that the user named; undefined: a private Redis. */
  redisUrl: string | undefined;
  durability: Durability;
  watch: boolean;
  workers: number;
  logLevel: string;
  /** Folders to analyse besides PATH, each as a graph of its own. */
  furtherRoots: readonly FurtherRoot[];
  /** `GRAPHTAIL_RETAIN_*` for the services; empty: keep everything. */
  retention: Record<string, string>;
};

/** The options as commander returns them, from flags, environment and defaults. */
export type RawOptions = {
  host: string;
  allowHost: string[];
  allowRoot: string[];
  insecure: boolean;
  port: number;
  graph?: string;
  dataDir: string;
  redisUrl?: string;
  durability: Durability;
  watch: boolean;
  workers: number;
  retainFacts?: number;
  retainBytes?: number;
  retainAge?: string;
  logLevel: string;
};

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`);
  };
}

function duration(text: string): string {
  if (secondsOf(text) !== undefined) return text;
  throw new InvalidArgumentError('It must be a duration such as 90s, 30m, 12h, 7d or 2w.');
}

function redisAddress(text: string): string {
  if (isRedisAddress(text)) return text;
  throw new InvalidArgumentError(`It must be an address such as ${REDIS_ADDRESSES}.`);
}

function durabilityTier(text: string): Durability {
  if (isDurability(text)) return text;
  throw new InvalidArgumentError('It must be everysec, always or replicas:<n>, n from 1 to 9.');
}

function graphName(text: string): string {
  if (isGraphName(text)) return text;
  throw new InvalidArgumentError('It must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}.');
}

/** Parses an option that may be repeated. Its variable holds several values, with `separator` between them. */
function each(separator: string, check: (text: string) => string): (text: string, before: readonly string[]) => string[] {
  return (text, before) => [
    ...before,
    ...text
      .split(separator)
      .filter((part) => part !== '')
      .map((part) => check(part.trim())),
  ];
}

function hostName(text: string): string {
  if (parseHost(text) !== undefined) return text;
  throw new InvalidArgumentError('It must be a name or an address, such as graphtail.example.');
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];
const MOST = Number.MAX_SAFE_INTEGER;

/** Every option, with its default and its environment variable. `--help` is made from these. */
export const OPTIONS: readonly Option[] = [
  new Option('--port <port>', 'port to listen on; 0 takes a free one').default(8000).argParser(whole(0, 65_535)),
  new Option('--host <address>', 'address to listen on').default('127.0.0.1'),
  new Option('--allow-host <name>', 'a further host name under which it is reached; repeatable')
    .default([], 'none')
    .argParser(each(',', hostName)),
  new Option('--allow-root <folder>', 'with a secret, graphs may be added only below PATH and these; repeatable')
    .default([], 'none')
    .argParser(each(delimiter, (folder) => folder)),
  new Option('--insecure', 'listen beyond loopback without GRAPHTAIL_JWT_SECRET; only for networks where nobody else can reach it').default(
    false,
  ),
  new Option('--graph <name>', "the graph's name (default: PATH's folder name)").argParser(graphName),
  new Option('--data-dir <folder>', 'where the log, the cache and the log files are kept').default('.graphtail'),
  new Option('--redis-url <url>', 'a running Redis or Valkey (default: a private Redis in the data folder)').argParser(redisAddress),
  new Option('--durability <tier>', 'what acknowledged facts survive: everysec, always or replicas:<n> (docs/DEPLOYMENT.md)')
    .default('everysec')
    .argParser(durabilityTier),
  new Option('--no-watch', 'analyse once, do not watch for changes').env('GRAPHTAIL_NO_WATCH'),
  new Option('--workers <n>', 'parsing threads, at most as many as processors')
    .default(availableParallelism())
    .argParser(whole(1, Number.MAX_SAFE_INTEGER)),
  new Option('--retain-facts <n>', 'keep about this many facts (default: all)').argParser(whole(1, MOST)),
  new Option('--retain-bytes <n>', 'keep about this many bytes (default: all)').argParser(whole(1, MOST)),
  new Option('--retain-age <duration>', 'keep facts for this long, e.g. 7d (default: for ever)').argParser(duration),
  new Option('--log-level <level>', "lowest level in the services' logs").default('info').choices(LEVELS),
].map((option) => (option.envVar === undefined ? option.env(`GRAPHTAIL_${option.name().replaceAll('-', '_').toUpperCase()}`) : option));

/** The surroundings in which the user started `graphtail up`. */
export type Surroundings = {
  /** The folder that relative paths start from. */
  readonly base: string;
  /** The root to analyse if no PATH is given. */
  readonly ownRoot: string;
  /** The secret that signs tokens. */
  readonly secret: string | undefined;
};

/** @throws {UsageError} if the user must change something: for example, PATH is no folder, or other machines could reach Graphtail. */
export async function checkOptions(path: string | undefined, raw: RawOptions, { base, ownRoot, secret }: Surroundings): Promise<UpOptions> {
  const root = path === undefined ? ownRoot : resolve(base, path);
  const found = await stat(root).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is nothing at ${root}; name the folder of a codebase.`);
  if (!found.isDirectory()) throw new UsageError(`${root} is not a folder; name the folder of a codebase.`);
  const refusal = await rootRefusal(root, {});
  if (refusal !== undefined) throw new UsageError(`${refusal.message}.`);
  const { host, insecure, port, dataDir, redisUrl, durability, watch, workers, retainFacts, retainBytes, retainAge, logLevel } = raw;
  if (replicasOf(durability) > 0 && redisUrl === undefined)
    throw new UsageError(`A private Redis has no replicas: name one that has with --redis-url, or leave out --durability ${durability}.`);
  if (!insecure && isOpenToOthers({ host, jwtSecret: secret }))
    throw new UsageError(`--host ${host} lets others in: set GRAPHTAIL_JWT_SECRET, or add --insecure if nobody else can reach it.`);
  const allowRoots = await Promise.all(raw.allowRoot.map((folder) => folderAt(resolve(base, folder))));
  const retention = { GRAPHTAIL_RETAIN_FACTS: retainFacts, GRAPHTAIL_RETAIN_BYTES: retainBytes, GRAPHTAIL_RETAIN_AGE: retainAge };
  return {
    root,
    graph: raw.graph ?? graphNameFor(basename(root)),
    host,
    allowHosts: raw.allowHost,
    allowRoots,
    secret,
    insecure,
    port,
    dataDir: resolve(base, dataDir),
    redisUrl,
    durability,
    watch,
    workers,
    logLevel,
    furtherRoots: [],
    retention: Object.fromEntries(
      Object.entries(retention).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const])),
    ),
  };
}

/** The real path of a folder. @throws {UsageError} if there is no folder */
async function folderAt(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real);
  if (real === undefined || found?.isDirectory() !== true)
    throw new UsageError(`There is no folder at ${path}; name another with --allow-root.`);
  return real;
}

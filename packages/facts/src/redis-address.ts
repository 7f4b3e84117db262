/** One of several servers that an address names. */
export type RedisNode = { readonly host: string; readonly port: number };

type Credentials = { readonly username?: string; readonly password?: string; readonly tls: boolean };

/** A parsed address of Redis. */
export type RedisAddress =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'socket'; readonly path: string }
  /** Sentinels, and the name under which they know the master. */
  | ({
      readonly kind: 'sentinel';
      readonly nodes: readonly RedisNode[];
      readonly name: string;
      readonly db: number;
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    } & Credentials)
  /** Some nodes of a cluster. The client learns the other nodes from them. */
  | ({ readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] } & Credentials);

export const REDIS_ADDRESSES =
  'redis://host:6379, unix:///run/redis.sock, redis+sentinel://host:26379,host:26379/name or redis+cluster://host:6379,host:6379';

const SOCKET = 'unix://';
const SEVERAL = /^redis(s?)\+(sentinel|cluster):\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const NODE = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i;
const PORTS = { sentinel: 26_379, cluster: 6_379 } as const;

/** Returns the address of a Redis that listens on a Unix socket, e.g. `unix:///run/redis/redis.sock`. @param path absolute */
export function socketUrl(path: string): string {
  return SOCKET + path.split('/').map(encodeURIComponent).join('/');
}

/** Returns the path of the Unix socket that an address names; undefined for any other address. */
export function socketPathOf(url: string): string | undefined {
  return url.startsWith(`${SOCKET}/`) ? decoded(url.slice(SOCKET.length)) : undefined;
}

export function isRedisAddress(text: string): boolean {
  return parseRedisAddress(text) !== undefined;
}

/**
 * Reads an address of Redis. Its forms are:
 * - `redis://`, and `rediss://` for TLS;
 * - `unix://` with an absolute path;
 * - `redis+sentinel://[user:password@]host:port,…/name`, with the parameters `db`, `sentinel_username` and `sentinel_password`;
 * - `redis+cluster://[user:password@]host:port,…`.
 *
 * The last two may begin with `rediss` too. Returns undefined if the text has none of these forms.
 */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const path = socketPathOf(text);
  if (path !== undefined) return { kind: 'socket', path };
  const several = SEVERAL.exec(text);
  if (several === null) return URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol) ? { kind: 'server', url: text } : undefined;
  const [, tls, kind, login, hosts, rest = '', query = ''] = several as unknown as [
    string,
    string,
    'sentinel' | 'cluster',
    string?,
    string?,
    string?,
    string?,
  ];
  const nodes = nodesOf(hosts ?? '', PORTS[kind]);
  const credentials = credentialsOf(login);
  if (nodes === undefined || credentials === undefined) return undefined;
  const common = { nodes, ...credentials, tls: tls === 's' };
  if (kind === 'cluster') return rest === '' && query === '' ? { kind, ...common } : undefined;
  const settings = sentinelSettings(query);
  const name = decoded(rest);
  return name === undefined || name === '' || settings === undefined ? undefined : { kind, ...common, name, ...settings };
}

/** Returns an address as it may be shown: without passwords, and without its query, which may hold passwords too. */
export function shownRedisAddress(text: string): string {
  if (socketPathOf(text) !== undefined) return text;
  const several = SEVERAL.exec(text);
  if (several !== null) return `redis${several[1]!}+${several[2]!}://${several[4]!}${several[5] === undefined ? '' : `/${several[5]}`}`;
  if (!URL.canParse(text)) return '[malformed address]';
  const url = new URL(text);
  url.username = url.password = url.search = '';
  return url.toString();
}

function nodesOf(text: string, defaultPort: number): readonly RedisNode[] | undefined {
  const nodes = text.split(',').map((each) => {
    const [, host = '', port] = NODE.exec(each) ?? [];
    return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? defaultPort : Number(port) };
  });
  return nodes.every(({ host, port }) => host !== '' && port > 0 && port < 65_536) ? nodes : undefined;
}

function credentialsOf(login: string | undefined): { username?: string; password?: string } | undefined {
  if (login === undefined) return {};
  const colon = login.indexOf(':');
  const [username, password] = [decoded(colon < 0 ? login : login.slice(0, colon)), decoded(colon < 0 ? '' : login.slice(colon + 1))];
  if (username === undefined || password === undefined) return undefined;
  return { ...(username !== '' && { username }), ...(password !== '' && { password }) };
}

function sentinelSettings(query: string): { db: number; sentinelUsername?: string; sentinelPassword?: string } | undefined {
  const given = new URLSearchParams(query);
  if ([...given.keys()].some((key) => !['db', 'sentinel_username', 'sentinel_password'].includes(key))) return undefined;
  const db = given.get('db') ?? '0';
  if (!/^\d{1,5}$/.test(db)) return undefined;
  const [sentinelUsername, sentinelPassword] = [given.get('sentinel_username'), given.get('sentinel_password')];
  return {
    db: Number(db),
    ...(sentinelUsername !== null && { sentinelUsername }),
    ...(sentinelPassword !== null && { sentinelPassword }),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a lone %
  }
}

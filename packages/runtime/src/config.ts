import { REDIS_ADDRESSES, isRedisAddress } from '@graphtail/facts';
import { z } from 'zod';
import { isOpenToOthers, isProxy, LOOPBACK, parseHost, weaknessOf } from './guard/index.ts';
import { limitsConfig } from './limits/limits-config.ts';

/** A list whose items are separated by commas. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const hostNames = list.refine(
  (names) => names.every((name) => parseHost(name) !== undefined),
  'must be names of hosts, separated by commas',
);

/** A setting that is on for `1`, `true`, `yes` and `on`, and off for `0`, `false`, `no` and `off`. */
export function flag(fallback: boolean) {
  return z.stringbool().default(fallback);
}

/** The proxies that a service trusts. The gateway, which strangers can reach, has another default than the services behind it. */
export function trustedProxies(fallback: readonly string[]) {
  return list
    .refine((proxies) => proxies.every(isProxy), 'must be addresses or networks such as 10.0.0.0/8, separated by commas')
    .default([...fallback])
    .describe('whose X-Forwarded-For is believed: addresses and networks, separated by commas');
}

/** The settings of every service. A service adds its own settings. The key `redisUrl` is read from `GRAPHTAIL_REDIS_URL`. */
export const baseConfig = z.object({
  redisUrl: z
    .string()
    .refine(isRedisAddress, `must be an address such as ${REDIS_ADDRESSES}`)
    .default('redis://127.0.0.1:6379')
    .describe('Redis or Valkey (7 or newer) that holds the logs; redis+sentinel:// and redis+cluster:// too'),
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  port: z.coerce.number().int().min(0).max(65_535).default(0).describe('port to listen on; 0 takes a free one'),
  allowHost: hostNames.default([]).describe('further names that it is reached by, separated by commas'),
  jwtSecret: z
    .string()
    .superRefine((secret, context) => {
      const weakness = weaknessOf(secret);
      if (weakness !== undefined) context.addIssue({ code: 'custom', message: weakness });
    })
    .optional()
    .describe('what bearer tokens are signed with (HS256); with it no request is answered without one'),
  insecure: flag(false).describe('listen beyond loopback without a secret: only where nobody else can reach it'),
  trustedProxies: trustedProxies(LOOPBACK),
  ...limitsConfig.shape,
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least severe log line written'),
});
export type BaseConfig = z.infer<typeof baseConfig>;

/** The environment has mistakes. `problems` has one line per setting. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** Returns the environment variable of a setting: `redisUrl` → `GRAPHTAIL_REDIS_URL`. */
export function variableName(key: string): string {
  return `GRAPHTAIL_${key.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;
}

/**
 * Reads a config from an environment. An empty variable counts as not set.
 * @throws {ConfigError} that names every variable that does not fit, without its value, which may be a secret
 */
export function readConfig<T extends z.ZodObject>(schema: T, env: Readonly<Record<string, string | undefined>>): z.infer<T> {
  const given = Object.keys(schema.shape).map((key) => [key, env[variableName(key)]] as const);
  const input = Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => `${issue.path.length > 0 ? variableName(String(issue.path[0])) : 'config'}: ${issue.message}`),
  );
}

/** @throws {ConfigError} if other machines could reach a service with this config, and it would answer without a token */
export function requireProtection(config: BaseConfig): void {
  if (config.insecure || !isOpenToOthers(config)) return;
  throw new ConfigError([
    `${variableName('host')}: ${config.host} can be reached by others: set ${variableName('jwtSecret')}, or ${variableName('insecure')}=1 where nobody else can reach it`,
  ]);
}

export type Setting = { variable: string; description: string; fallback: string | undefined };

/** Returns the settings of a schema for the help and the documentation. */
export function describeConfig(schema: z.ZodObject): Setting[] {
  return Object.entries(schema.shape).map(([key, value]) => {
    const parsed = (value as z.ZodType<string | number | boolean | readonly string[] | undefined>).safeParse(undefined);
    return {
      variable: variableName(key),
      description: (value as z.ZodType).description ?? '',
      fallback: parsed.success && parsed.data !== undefined ? String(parsed.data) || undefined : undefined,
    };
  });
}

/** Returns the text of `--help`, with one line per setting. */
export function helpText(name: string, schema: z.ZodObject): string {
  const settings = describeConfig(schema);
  const width = Math.max(...settings.map((setting) => setting.variable.length));
  const lines = settings.map(
    ({ variable, description, fallback }) =>
      `  ${variable.padEnd(width)}  ${description}${fallback === undefined ? '' : ` (default: ${fallback})`}`,
  );
  return `graphtail ${name}: settings, read from the environment\n\n${lines.join('\n')}\n`;
}

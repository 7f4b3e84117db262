import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

const SECRETS = ['token', 'password', 'secret', 'authorization', 'cookie', 'jwtSecret'];

/**
 * Returns a JSON logger. It writes one object per line, with `level` (a word), `time` (ISO 8601), `service`, `pid` and `msg`.
 * Values under the names of secrets are never written. Callers pass addresses of Redis through `shownRedisAddress` first.
 */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

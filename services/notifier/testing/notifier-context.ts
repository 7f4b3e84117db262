import { createLogger, createRegistry, DEFAULT_LIMITS } from '@graphtail/runtime';
import type { NotifierConfig } from '../src/config.ts';
import type { startNotifier } from '../src/notifier.ts';

/** What a notifier of a spec or a bench is started with: it listens on loopback, on a free port. */
export function notifierContext(redisUrl: string, settings: Partial<NotifierConfig> = {}): Parameters<typeof startNotifier>[0] {
  return {
    config: {
      redisUrl,
      host: '127.0.0.1',
      port: 0,
      allowHost: [],
      insecure: false,
      trustedProxies: [],
      ...DEFAULT_LIMITS,
      limitSubscriptions: 1_000,
      logLevel: 'silent',
      ...settings,
    },
    logger: createLogger('notifier', process.env['SPEC_LOG'] ?? 'silent'),
    registry: createRegistry(),
  };
}

import type { HealthBody } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import manifest from '../package.json' with { type: 'json' };
import type { Upstreams } from './proxies.ts';
import type { Services } from './services.ts';

const ANSWER_WITHIN_MS = 2000;

type Health = { status: 'ok' | 'degraded' | 'down' } & Record<string, unknown>;

/**
 * Asks every service for its `/health`, and Redis for a PING, all at the same time. The status is `ok` if all of them are.
 * @param unfit why Redis is not fit to hold the logs
 */
export async function systemHealth(services: Services, redis: Redis, unfit: readonly string[]): Promise<HealthBody> {
  const [ingest, projector, notifier, store] = await Promise.all([
    serviceHealth(services, 'ingest'),
    serviceHealth(services, 'projector'),
    serviceHealth(services, 'notifier'),
    redisHealth(redis, unfit),
  ]);
  const states = { ingest, projector, notifier, redis: store };
  const ok = Object.values(states).every(({ status }) => status === 'ok');
  return { status: ok ? 'ok' : 'degraded', services: states, version: manifest.version };
}

async function serviceHealth(services: Services, name: keyof Upstreams): Promise<Health> {
  try {
    const response = await services.get(name, '/health');
    const body = (await response.json()) as Record<string, unknown>;
    return { ...body, status: response.ok ? 'ok' : 'degraded' };
  } catch (error) {
    return { status: 'down', detail: error instanceof Error && error.name === 'TimeoutError' ? 'no answer within 2 s' : 'not reachable' };
  }
}

async function redisHealth(redis: Redis, reasons: readonly string[]): Promise<Health> {
  const started = performance.now();
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  late.addEventListener('abort', () => reject(new Error('no answer within 2 s')), { once: true });
  try {
    await Promise.race([answerOf(redis), timeout]);
    return { status: reasons.length === 0 ? 'ok' : 'degraded', reasons, latency_ms: Math.round((performance.now() - started) * 10) / 10 };
  } catch (error) {
    return { status: 'down', detail: late.aborted && error instanceof Error ? error.message : 'not reachable' };
  }
}

/** A Redis that can't save answers a PING with MISCONF. That Redis is not down; `reasons` says why it is not fit. */
async function answerOf(redis: Redis): Promise<void> {
  await redis.ping().catch((error: unknown) => {
    if (!/^MISCONF/.test((error as Error).message)) throw error;
  });
}

import type { HealthBody } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import manifest from '../package.json' with { type: 'json' };
import type { Upstreams } from './proxies.ts';
import type { Services } from './services.ts';

const ANSWER_WITHIN_MS = 2000;

type Health = { status: 'ok' | 'degraded' | 'down' } & Record<string, unknown>;

/** Every service's own `/health` and Redis's answer to a PING, asked at once: `ok` where all are. */
export async function systemHealth(services: Services, redis: Redis): Promise<HealthBody> {
  const [ingest, projector, notifier, store] = await Promise.all([
    serviceHealth(services, 'ingest'),
    serviceHealth(services, 'projector'),
    serviceHealth(services, 'notifier'),
    redisHealth(redis),
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

async function redisHealth(redis: Redis): Promise<Health> {
  const started = performance.now();
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  late.addEventListener('abort', () => reject(new Error('no answer within 2 s')), { once: true });
  try {
    await Promise.race([redis.ping(), timeout]);
    return { status: 'ok', latency_ms: Math.round((performance.now() - started) * 10) / 10 };
  } catch (error) {
    return { status: 'down', detail: late.aborted && error instanceof Error ? error.message : 'not reachable' };
  }
}

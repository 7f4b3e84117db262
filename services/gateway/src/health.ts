import type { HealthBody, Trouble } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import manifest from '../package.json' with { type: 'json' };
import { NoAnswer, type AnswerOf, type Services } from './services.ts';
import type { ServiceName } from './upstreams/addresses.ts';

const ANSWER_WITHIN_MS = 2000;

type Health = { status: 'ok' | 'degraded' | 'down' } & Record<string, unknown>;

/**
 * Asks every service for its `/health`, and Redis for a PING, all at the same time. The status is `ok` if all of them are.
 * @param unfit why Redis is not fit to hold the logs
 */
export async function systemHealth(services: Services, redis: Redis, unfit: readonly Trouble[]): Promise<HealthBody> {
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

/** Asks all processes of a service. One that has several is described by each one's answer, and is down only if none answers. */
async function serviceHealth(services: Services, name: ServiceName): Promise<Health> {
  const answers = await services.getFromAll(name, '/health');
  const processes = answers.map((answer) => ({ address: answer.from.address, ...processHealth(answer) }));
  const [only, ...others] = processes;
  if (only === undefined) return { status: 'down', detail: 'not reachable' };
  if (others.length === 0) return withoutAddress(only);
  const answering = processes.filter(({ status }) => status !== 'down');
  const away = processes.filter(({ status }) => status === 'down').map(({ address, detail }) => `${address}: ${String(detail)}`);
  const troubles = answering.flatMap(({ address, troubles = [] }) =>
    troubles.map((trouble) => ({ ...trouble, message: `${address}: ${trouble.message}` })),
  );
  const count = `${String(answering.length)} of ${String(processes.length)} processes answer`;
  const detail = away.length === 0 ? undefined : `${count}; ${away.join('; ')}`;
  const status = answering.length === 0 ? 'down' : processes.every(({ status }) => status === 'ok') ? 'ok' : 'degraded';
  return { status, ...(detail !== undefined && { detail }), troubles, answering: answering.length, known: processes.length, processes };
}

function processHealth(answer: AnswerOf): Health & { readonly detail?: string; readonly troubles?: readonly Trouble[] } {
  if ('error' in answer) return { status: 'down', detail: answer.error instanceof NoAnswer ? answer.error.message : 'not reachable' };
  try {
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    return { ...body, status: answer.status === 200 ? 'ok' : 'degraded' };
  } catch {
    return { status: 'down', detail: 'not reachable' };
  }
}

function withoutAddress({ address: _address, ...health }: Health & { address: string }): Health {
  return health;
}

async function redisHealth(redis: Redis, troubles: readonly Trouble[]): Promise<Health> {
  const started = performance.now();
  const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  late.addEventListener('abort', () => reject(new Error('no answer within 2 s')), { once: true });
  try {
    await Promise.race([answerOf(redis), timeout]);
    return { status: troubles.length === 0 ? 'ok' : 'degraded', troubles, latency_ms: Math.round((performance.now() - started) * 10) / 10 };
  } catch (error) {
    return { status: 'down', detail: late.aborted && error instanceof Error ? error.message : 'not reachable' };
  }
}

/** A Redis that can't save answers a PING with MISCONF. That Redis is not down; `troubles` says why it is not fit. */
async function answerOf(redis: Redis): Promise<void> {
  await redis.ping().catch((error: unknown) => {
    if (!/^MISCONF/.test((error as Error).message)) throw error;
  });
}

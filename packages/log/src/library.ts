import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { asMeant } from './errors.ts';
import { mastersOf } from './redis.ts';

const source = readFileSync(new URL('functions.lua', import.meta.url), 'utf8');

/** The library's name has the hash of its source. So an older version never replaces a newer one, and both can serve side by side. */
export const LIBRARY = `graphtail_${createHash('sha256').update(source).digest('hex').slice(0, 12)}`;

export type FunctionName = 'append' | 'check' | 'peek' | 'judge' | 'trim' | 'commit_snapshot' | 'remove' | 'revive';

const READ_ONLY: ReadonlySet<FunctionName> = new Set(['peek', 'judge']);

export function functionName(name: FunctionName): string {
  return `${LIBRARY}_${name}`;
}

/** Loads the library on the servers that this client writes to. Does nothing on a server that has it already. */
export async function loadLibrary(redis: Redis): Promise<void> {
  await Promise.all((await mastersOf(redis)).map(loadOn));
}

async function loadOn(redis: Redis): Promise<void> {
  try {
    await redis.call('FUNCTION', 'LOAD', source.replaceAll('@LIBRARY@', LIBRARY));
  } catch (error) {
    if (!/already exists/.test((error as Error).message)) throw error;
  }
}

export function isMissingFunction(error: unknown): boolean {
  return error instanceof Error && /Function not found/.test(error.message);
}

/**
 * Calls a function that writes, and then waits until `replicas` replicas have the write, or `withinMs` have passed.
 * Both commands go over the same connection: on another one, e.g. after a reconnect, Redis would find nothing to wait for.
 * The write stays, confirmed or not.
 */
export async function callReplicated(
  redis: Redis,
  name: FunctionName,
  keys: readonly string[],
  args: readonly string[],
  wanted: { readonly replicas: number; readonly withinMs: number },
): Promise<{ reply: string[]; confirmed: number }> {
  for (let loaded = false; ; loaded = true) {
    const replies = await redis
      .pipeline()
      .fcall(functionName(name), keys.length, ...keys, ...args)
      .wait(wanted.replicas, wanted.withinMs)
      .exec();
    const [called, waited] = replies ?? [];
    if (called === undefined || waited === undefined) throw new Error('the call was dropped');
    if (isMissingFunction(called[0]) && !loaded) {
      await loadLibrary(redis);
      continue;
    }
    const error = called[0] ?? waited[0];
    if (error !== null) throw asMeant(error);
    return { reply: called[1] as string[], confirmed: waited[1] as number };
  }
}

/** Calls one of the library's functions. If the shard does not have the library, it is loaded and the call repeated. */
export async function callFunction(redis: Redis, name: FunctionName, keys: readonly string[], args: readonly string[]): Promise<string[]> {
  const call = () =>
    READ_ONLY.has(name)
      ? redis.fcall_ro(functionName(name), keys.length, ...keys, ...args)
      : redis.fcall(functionName(name), keys.length, ...keys, ...args);
  try {
    return (await call()) as string[];
  } catch (error) {
    if (!isMissingFunction(error)) throw asMeant(error);
    await loadLibrary(redis);
    return (await call().catch((again: unknown) => Promise.reject(asMeant(again) as Error))) as string[];
  }
}

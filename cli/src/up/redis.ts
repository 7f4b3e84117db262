import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { shownRedisAddress, socketUrl, type Durability } from '@graphtail/facts';
import { connect, findUnfitness } from '@graphtail/log';
import { isAlive } from '@graphtail/runtime/folder';
import { NotProvided } from '../../../scripts/provide/programs.ts';
import { aofChecker, provideRedis, spawnRedis, type RedisServer } from '../../../scripts/provide/redis.ts';
import { UserError } from '../user-error.ts';
import type { DataDir } from './data-dir.ts';
import { privately } from './private-files.ts';
import { commandLine, endForeign } from './processes.ts';
import { listenToRedis } from './redis-pulse.ts';
import { redisSocket } from './redis-socket.ts';
import { causeOfEnd } from './redis-end.ts';
import { Supervised, type SupervisedEvent } from './supervised.ts';

const REACHED_WITHIN_MS = 5000;
/** How long Redis may be silent, ms. Longer than the services' 5 s: a Redis that syncs to a slow disk is late, not stuck. */
const SILENCE_MS = 10_000;
const LEFTOVER_ENDS_WITHIN_MS = 5000;

/** Checks the Redis that the user named. @throws {UserError} if it can't be reached in time, refuses, or is not fit to hold logs */
export async function reachRedis(url: string, withinMs = REACHED_WITHIN_MS): Promise<void> {
  const shown = shownRedisAddress(url);
  const deadline = Date.now() + withinMs;
  let reason = 'no answer';
  const redis = connect(url, { name: 'graphtail-up' });
  // The error of a call says only that there is no connection. The error of this event says why.
  redis.on('error', (error: Error & { lastNodeError?: Error }) => (reason = (error.lastNodeError ?? error).message));
  try {
    while (Date.now() < deadline && !/WRONGPASS|NOAUTH|NOPERM|RESP/.test(reason)) {
      const lacks = await Promise.race([findUnfitness(redis).catch(() => undefined), wait(deadline - Date.now())]);
      if (lacks?.length === 0) return;
      if (lacks !== undefined) throw new UserError(`The Redis at ${shown} can't hold the logs: ${lacks.join('; ')}.`);
      if (/DB index is out of range/.test(reason))
        throw new UserError(`The Redis at ${shown} can't hold the logs: it has no such database.`);
      await wait(50);
    }
  } finally {
    redis.disconnect();
  }
  if (/RESP/.test(reason))
    throw new UserError(`What answers at ${shown} is no Redis; check --redis-url, or leave it out for a private one.`);
  throw new UserError(`Can't reach Redis at ${shown} (${reason}); check --redis-url, or leave it out for a private one.`);
}

/** Ends the private Redis that a killed Graphtail left running: only one Redis can use its files. Returns false if none was running. */
async function endLeftover(dir: string): Promise<boolean> {
  let pid: number;
  try {
    pid = Number(readFileSync(join(dir, 'redis.pid'), 'utf8'));
  } catch {
    return false;
  }
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !/(redis|valkey)-server/.test(commandLine(pid))) return false;
  await endForeign(pid, LEFTOVER_ENDS_WITHIN_MS);
  return true;
}

export type PrivateRedis = { url: string; process: Supervised; endedLeftover: boolean; stop(withinMs: number): Promise<void> };

/**
 * A private Redis for this data folder. It keeps what it has acknowledged (AOF, synced as `durability` says). It listens on a socket that
 * only this user can reach, and on no port: docs/adr/0009-private-redis-on-a-socket.md.
 */
export async function privateRedis(
  data: DataDir,
  durability: Durability,
  say: (text: string) => void,
  onEvent: (event: SupervisedEvent) => void,
): Promise<PrivateRedis> {
  let server: RedisServer;
  try {
    server = await provideRedis(say);
  } catch (error) {
    throw error instanceof NotProvided ? new UserError(error.message) : error;
  }
  const endedLeftover = await endLeftover(data.redis);
  const socket = await redisSocket(data.redis);
  const url = socketUrl(socket.path);
  const log = join(data.logs, 'redis.log');
  const durable = ['--appendonly', 'yes', '--appendfsync', durability, '--save', '', '--maxmemory-policy', 'noeviction'];
  const files = ['--dir', data.redis, '--pidfile', join(data.redis, 'redis.pid'), '--logfile', log];
  const args = ['--port', '0', '--unixsocket', socket.path, '--unixsocketperm', '700', ...durable, ...files];
  const inode = inodeOf(data.redis);
  const process = new Supervised({
    silenceMs: SILENCE_MS,
    onEvent,
    spawn: () => spawnRedis(server, args, privately),
    findCause: async (wasReady, signal) => causeOfEnd(data.redis, { wasReady, checker: await aofChecker(server), log, signal }),
    listen(_child, pulse) {
      const stop = new AbortController();
      void listenToRedis({ url, pulse, signal: stop.signal, unnoticed: () => lossOf(data.redis, inode) });
      return () => stop.abort();
    },
  });
  const stopped = async (withinMs: number): Promise<void> => {
    await process.stop(withinMs);
    await socket.release();
  };
  return { url, process, endedLeftover, stop: stopped };
}

/** Describes the loss if the folder was deleted or replaced. Redis does not notice that: it keeps using the files that it has open. */
function lossOf(folder: string, inode: number | undefined): string | undefined {
  if (inodeOf(folder) === inode) return undefined;
  return `its folder ${folder} was deleted or replaced: what it holds is lost when it ends. Put the folder back, or start Graphtail again`;
}

function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, link, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AofChecker } from '../../../../scripts/provide/redis.ts';
import { clauseOf } from '@graphtail/runtime/folder';
import { aofParts } from './aof-parts.ts';
import { hasCommandAfterDamage } from './whole-commands.ts';

/** Bytes. A damaged end is at most as long as one transaction, not counting zeros. If it is longer, something else is wrong. */
const LONGEST_END = 64 * 2 ** 20;
const CHUNK = 64 * 2 ** 10;

/** What was found in a Redis's append-only files, and what was done about it. */
export type Mending =
  | { readonly kind: 'whole' }
  /** The end of the last file was cut off. `bytes`: how many; `kept`: path of the damaged file, which is kept. */
  | { readonly kind: 'cut'; readonly file: string; readonly bytes: number; readonly kept: string }
  /** `why`: a clause about the file. `ends`: the byte at which a person who accepts the loss can cut the file. */
  | { readonly kind: 'beyond_repair'; readonly file: string; readonly why: string; readonly ends?: number };

export type MendOptions = {
  /** The redis-check-aof that belongs to the Redis that wrote the files; undefined if there is none. */
  readonly checker: AofChecker | undefined;
  /** Path of that Redis's log file. */
  readonly log: string;
  readonly signal?: AbortSignal;
};

/** redis-check-aof did not run to its end, so it says nothing about the file. */
class NotChecked extends Error {
  override readonly name = 'NotChecked';
}

/**
 * Cuts the damaged end off the last append-only file of a Redis that is not running. A power cut leaves such an end: zeros, or a command
 * that was half written. The cut is made in a copy, and the damaged file is kept beside it. Other damage is left alone.
 * @param folder Redis's own folder
 */
export async function mendAof(folder: string, options: MendOptions): Promise<Mending> {
  const parts = await aofParts(folder);
  if (parts === undefined) return { kind: 'whole' };
  if ('broken' in parts) return { kind: 'beyond_repair', file: parts.broken, why: parts.why };
  if (options.checker === undefined) return unchecked(parts.files, options, 'there is no redis-check-aof to mend it');
  try {
    return await mendParts(parts.files, options);
  } catch (error) {
    if (!(error instanceof NotChecked)) throw error;
    return unchecked(parts.files, options, error.message);
  }
}

/** Without a check, only Redis's own log tells that a file is damaged. */
async function unchecked(files: readonly string[], options: MendOptions, reason: string): Promise<Mending> {
  const file = await refusedFile(options.log, files);
  return file === undefined ? { kind: 'whole' } : { kind: 'beyond_repair', file, why: `is damaged, and ${reason}` };
}

async function mendParts(files: readonly string[], options: MendOptions): Promise<Mending> {
  const last = files.at(-1);
  for (const file of files) {
    const { size, goodUpTo, said } = await check(file, options);
    if (goodUpTo === size) continue;
    // A Redis dump has no end that could be cut off.
    if (goodUpTo === undefined) return { kind: 'beyond_repair', file, why: `is damaged${said === undefined ? '' : ` (${said})`}` };
    const where = `is damaged at byte ${String(goodUpTo)} of ${String(size)}`;
    if (file !== last || !(await isDamagedAtEnd(file, goodUpTo)))
      return { kind: 'beyond_repair', file, why: `${where}, and more follows`, ends: goodUpTo };
    try {
      return { kind: 'cut', file, bytes: size - goodUpTo, kept: await cut(file, options) };
    } catch (error) {
      options.signal?.throwIfAborted();
      return { kind: 'beyond_repair', file, why: `${where}, and could not be mended (${clauseOf(error)})`, ends: goodUpTo };
    }
  }
  return { kind: 'whole' };
}

type Checked = {
  readonly size: number;
  /** The byte up to which Redis can load the file; undefined if it can't load it at all. */
  readonly goodUpTo: number | undefined;
  /** What is wrong with a Redis dump, in the checker's words. */
  readonly said?: string | undefined;
};

/** @throws {NotChecked} */
async function check(file: string, options: MendOptions): Promise<Checked> {
  const { status, output } = await run([file], options);
  if (status !== 0 && !/^start checking/im.test(output))
    throw new NotChecked(`redis-check-aof could not check it (${output.trim().split('\n', 1)[0]!})`);
  const [, size, good] = /size=(\d+), ok_up_to=(\d+)/.exec(output) ?? [];
  if (size === undefined) {
    const said = /^\[offset \d+\] (?!Checking)(.*)$/m.exec(output)?.[1];
    return { size: 0, goodUpTo: status === 0 ? 0 : undefined, said }; // an empty file, or a dump that is damaged
  }
  return { size: Number(size), goodUpTo: status === 0 ? Number(size) : Number(good) };
}

/** Cuts off the damaged end of a file. @returns the path at which the damaged file is kept */
async function cut(file: string, options: MendOptions): Promise<string> {
  const [copy, kept] = [`${file}.mended`, `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '')}`];
  try {
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    await run(['--fix', copy], options, 'y\n');
    const { size, goodUpTo } = await check(copy, options);
    if (goodUpTo !== size) throw new Error('redis-check-aof could not fix it');
    await synced(copy);
    await link(file, kept);
    await rename(copy, file);
    return kept;
  } finally {
    await rm(copy, { force: true });
  }
}

async function synced(file: string): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.sync();
}

async function isDamagedAtEnd(file: string, goodUpTo: number): Promise<boolean> {
  await using handle = await open(file);
  const end = await endWithoutZeros(handle, goodUpTo);
  if (end - goodUpTo > LONGEST_END) return false;
  const bytes = Buffer.alloc(end - goodUpTo);
  await handle.read(bytes, 0, bytes.length, goodUpTo);
  return !hasCommandAfterDamage(bytes);
}

/** The file that Redis could not load at its last start, according to its log. */
async function refusedFile(log: string, files: readonly string[]): Promise<string | undefined> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const said = text.slice(Math.max(0, text.lastIndexOf('Server initialized')));
  const name = /reading the append only file ([^\s:]+)/.exec(said)?.[1];
  return files.find((file) => basename(file) === name);
}

async function endWithoutZeros(handle: FileHandle, from: number): Promise<number> {
  let { size: end } = await handle.stat();
  while (end > from) {
    const bytes = Buffer.alloc(Math.min(CHUNK, end - from));
    await handle.read(bytes, 0, bytes.length, end - bytes.length);
    const last = bytes.findLastIndex((byte) => byte !== 0);
    if (last >= 0) return end - bytes.length + last + 1;
    end -= bytes.length;
  }
  return from;
}

async function run(
  args: readonly string[],
  { checker, signal }: MendOptions,
  input = '',
): Promise<{ readonly status: number; readonly output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; output: string }>();
  const options = { env: checker?.env, signal, maxBuffer: 2 ** 26 };
  const child = execFile(checker?.path ?? '', args, options, (error, stdout, stderr) => {
    if (error !== null && typeof error.code !== 'number') reject(error);
    else resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
  });
  child.stdin?.on('error', () => undefined).end(input);
  return promise;
}

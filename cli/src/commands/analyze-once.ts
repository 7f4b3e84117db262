import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createApi } from '@graphtail/client';
import type { Offset } from '@graphtail/facts';
import { wordsForCompleted } from '../analysis-words.ts';
import { analysedOnce, foldedTo } from '../once/once.ts';
import type { Parts } from '../parts/parts.ts';
import { printable } from '../printable.ts';
import { UserError } from '../user-error.ts';
import { inkFor } from './ink.ts';

export type OnceOptions = { readonly graph?: string; readonly export?: string; readonly json?: boolean };

/** `graphtail analyze --once`: a Graphtail of its own, for one analysis. Nothing is left of it but the export. */
export async function analyzeOnce(path: string, options: OnceOptions, host: NodeJS.Process, parts: Parts): Promise<void> {
  await analysedOnce(path, { graph: options.graph, host, parts }, async ({ url, graph }, { fact, raw }) => {
    if (options.export !== undefined) await exportTo(resolve(host.cwd(), options.export), url, { graph, at: fact.offset });
    host.stdout.write(
      options.json === true
        ? `${raw}\n`
        : `${inkFor(host.stdout)('completed', '✓')} ${graph}: ${printable(wordsForCompleted(fact.data))}\n`,
    );
  });
}

/** Writes what `graphtail export` writes. @throws {UserError} if the file can't be written */
async function exportTo(file: string, url: string, { graph, at }: { graph: string; at: Offset }): Promise<void> {
  const api = createApi(url);
  await foldedTo(api, graph, at);
  try {
    await pipeline(async function* () {
      for await (const line of api.snapshotLines({ graph, at })) yield `${line}\n`;
    }, createWriteStream(file));
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? error : new UserError(`${file} can't be written: ${code ?? message}.`);
  }
}

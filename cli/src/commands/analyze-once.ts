import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, createApi, type Api } from '@graphtail/client';
import { ORIGIN, type Offset } from '@graphtail/facts';
import { wordsForCompleted } from '../analysis-words.ts';
import type { Parts } from '../parts/parts.ts';
import { printable } from '../printable.ts';
import { checkOptions } from '../up/options.ts';
import { Terminal } from '../up/terminal.ts';
import { up, type Running } from '../up/up.ts';
import { stopSignals } from '../up/stop-signals.ts';
import { UserError } from '../user-error.ts';
import { followUntilEnd, type AnalysisEnd } from './analysis-end.ts';
import { inkFor } from './ink.ts';

const FOLDED_WITHIN_MS = 120_000;
const AGAIN_MS = 250;

export type OnceOptions = { readonly graph?: string; readonly export?: string; readonly json?: boolean };

/** `graphtail analyze --once`: a Graphtail of its own, in a temporary folder, for one analysis. Nothing is left of it but the export. */
export async function analyzeOnce(path: string, options: OnceOptions, host: NodeJS.Process, parts: Parts): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'graphtail-once-'));
  const { stop, kill, done } = stopSignals(host);
  try {
    const checked = await checkOptions(
      path,
      {
        ...(options.graph !== undefined && { graph: options.graph }),
        ...{ host: '127.0.0.1', port: 0, allowHost: [], allowRoot: [], insecure: false, dataDir, durability: 'everysec', watch: false },
        ...{ workers: availableParallelism(), logLevel: 'info' },
      },
      { base: host.cwd(), ownRoot: host.cwd(), secret: undefined },
    );
    const terminal = new Terminal(host.stderr, host.stderr);
    await up(checked, { parts, terminal, env: host.env, stop, kill }, async (running) => {
      const end = await followUntilEnd(running, { graph: running.graph, after: ORIGIN, analysisId: undefined });
      await report(end, running, options, host);
    });
    if (stop.aborted) throw new UserError('Stopped before the analysis was over.');
  } finally {
    done();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function report(end: AnalysisEnd | undefined, { url, graph }: Running, options: OnceOptions, host: NodeJS.Process): Promise<void> {
  if (end === undefined) return; // stopped
  const { fact, raw } = end;
  if (fact.event_type !== 'analysis_completed') throw new UserError(`The analysis of ${graph} failed: ${fact.data.reason}.`);
  if (options.export !== undefined) await exportTo(resolve(host.cwd(), options.export), url, { graph, at: fact.offset });
  host.stdout.write(
    options.json === true ? `${raw}\n` : `${inkFor(host.stdout)('completed', '✓')} ${graph}: ${printable(wordsForCompleted(fact.data))}\n`,
  );
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

/** Waits until the projector has folded the whole analysis. */
async function foldedTo(api: Api, graph: string, at: Offset): Promise<void> {
  const deadline = Date.now() + FOLDED_WITHIN_MS;
  for (;;) {
    try {
      await api.stats({ graph, minOffset: at });
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.retryable) || Date.now() > deadline) throw error;
      await wait(AGAIN_MS);
    }
  }
}

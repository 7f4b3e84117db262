import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, type Api } from '@graphtail/client';
import { ORIGIN, type Offset } from '@graphtail/facts';
import { followUntilEnd, type AnalysisEnd } from '../commands/analysis-end.ts';
import type { Parts } from '../parts/parts.ts';
import { checkOptions } from '../up/options.ts';
import { stopSignals } from '../up/stop-signals.ts';
import { Terminal } from '../up/terminal.ts';
import { up, type Running } from '../up/up.ts';
import { UserError } from '../user-error.ts';

const ANSWERED_WITHIN_MS = 120_000;
const AGAIN_MS = 250;

/** An analysis that was completed. */
export type Completed = {
  readonly fact: Extract<AnalysisEnd['fact'], { event_type: 'analysis_completed' }>;
  /** The fact's JSON, as the log has it. */
  readonly raw: string;
};

/**
 * Runs a Graphtail of its own, in a temporary folder, which analyses a folder once and watches nothing. It ends, and nothing is left of it, when
 * `use` has ended.
 * @throws {UserError} if the analysis failed or the user stopped it
 */
export async function analysedOnce(
  path: string,
  { graph, host, parts }: { readonly graph?: string | undefined; readonly host: NodeJS.Process; readonly parts: Parts },
  use: (running: Running, end: Completed) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'graphtail-once-'));
  const { stop, kill, done } = stopSignals(host);
  try {
    const checked = await checkOptions(
      path,
      {
        ...(graph !== undefined && { graph }),
        ...{ host: '127.0.0.1', port: 0, allowHost: [], allowRoot: [], insecure: false, dataDir, durability: 'everysec', watch: false },
        ...{ workers: availableParallelism(), logLevel: 'info' },
      },
      { base: host.cwd(), ownRoot: host.cwd(), secret: undefined },
    );
    const terminal = new Terminal(host.stderr, host.stderr);
    await up(checked, { parts, terminal, env: host.env, stop, kill }, async (running) => {
      const end = await followUntilEnd(running, { graph: running.graph, after: ORIGIN, analysisId: undefined });
      if (end !== undefined) await use(running, completedOrThrow(end, running.graph));
    });
    if (stop.aborted) throw new UserError('Stopped before the analysis was over.');
  } finally {
    done();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @throws {UserError} with the reason, if the analysis was not completed */
export function completedOrThrow({ fact, raw }: AnalysisEnd, graph: string): Completed {
  if (fact.event_type !== 'analysis_completed') throw new UserError(`The analysis of ${graph} failed: ${fact.data.reason}.`);
  return { fact, raw };
}

/** Waits until the projector has folded the log up to an offset. */
export async function foldedTo(api: Api, graph: string, at: Offset): Promise<void> {
  await answered(() => api.stats({ graph, minOffset: at }));
}

/**
 * What a Graphtail of its own answers. A cold or busy machine may take longer than one request may.
 * @throws {UserError} with its reason, if it refuses, or gives no answer for two minutes
 */
export async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + ANSWERED_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.retryable || Date.now() > deadline) throw new UserError(`The graph can't be read: ${error.message}`, { cause: error });
      await wait(AGAIN_MS);
    }
  }
}

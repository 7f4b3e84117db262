import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ApiError, type Api, type Graph } from '@graphtail/client';
import { ORIGIN, graphNameFor, type Offset } from '@graphtail/facts';
import type { Command } from 'commander';
import { wordsForCompleted } from '../analysis-words.ts';
import { pageOf } from '../page.ts';
import type { Parts } from '../parts/parts.ts';
import { printable } from '../printable.ts';
import { UsageError, UserError } from '../user-error.ts';
import { analyzeOnce } from './analyze-once.ts';
import { followUntilEnd, type AnalysisEnd } from './analysis-end.ts';
import { inkFor } from './ink.ts';
import { apiOf, explained, withServer, type ServerOptions } from './server.ts';

type AnalyzeOptions = ServerOptions & { readonly force?: boolean; readonly once?: boolean; readonly export?: string };

const HELP = `
If the folder is not a graph yet, it becomes one, named after the folder or by --graph. If it is, the graph is compared with its sources.
The folder must be on the machine where Graphtail runs. Ctrl-C stops this command, not the analysis.

Exit codes: 0 completed; 1 failed, cancelled, or not begun.`;

/** `graphtail analyze`: adds a folder as a graph of the running Graphtail, or analyses it once without one. */
export function register(program: Command, host: NodeJS.Process, parts: Parts): void {
  const command = program
    .command('analyze')
    .description('add a folder as a graph of the running Graphtail, and follow its analysis')
    .argument('<path>', 'folder of a codebase')
    .option('--once', 'for CI: analyse without a running Graphtail, and leave none behind')
    .option('--export <file>', 'with --once: write all nodes and relationships to this file, as graphtail export does')
    .option('--force', 'parse every file again, changed or not')
    .addHelpText('after', HELP);
  withServer(command, 'the fact that ended the analysis').action(async (path: string, options: AnalyzeOptions) => {
    if (options.once === true) return analyzeOnce(path, options, host, parts);
    if (options.export !== undefined)
      throw new UsageError('--export goes with --once. A running Graphtail exports with: npx graphtail export');
    return explained(options, () => analyze(path, options));
  });
}

async function analyze(path: string, options: AnalyzeOptions): Promise<void> {
  const root = resolve(path);
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new UsageError(`${root} ${found === undefined ? 'does not exist' : 'is not a folder'}. Name the folder of a codebase.`);
  }
  const api = apiOf(options, 'admin');
  const name = options.graph ?? graphNameFor(basename(root));
  const before = (await api.graphs()).find((graph) => graph.name === name);
  const graph = await addGraph(api, root, name);
  const after = before === undefined ? ORIGIN : await headOf(api, before);
  // A new graph is analysed without a request. An existing graph appends no fact if nothing changed, unless an analysis is requested.
  const analysisId = before === undefined ? undefined : (await api.reanalyze({ graph: name, force: options.force === true })).analysis_id;
  const end = await followUntilEnd(options, { graph: graph.name, after, analysisId });
  tell(end, graph.name, options);
}

async function addGraph(api: Api, root: string, name: string): Promise<Graph> {
  try {
    return await api.addGraph({ root, name });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    throw new UserError(`The name ${name} belongs to another folder. Choose another name with --graph.`, { cause: error });
  }
}

async function headOf(api: Api, { name, head }: Graph): Promise<Offset> {
  return head ?? (await api.log({ graph: name })).head;
}

function tell(end: AnalysisEnd | undefined, graph: string, options: AnalyzeOptions): void {
  if (end?.fact.event_type !== 'analysis_completed') process.exitCode = 1;
  if (end === undefined) {
    process.stderr.write(`Stopped watching. The analysis goes on; follow it with: npx graphtail tail --graph ${graph}\n`);
    return;
  }
  if (options.json === true) {
    process.stdout.write(`${end.raw}\n`);
    return;
  }
  const { fact } = end;
  if (fact.event_type !== 'analysis_completed') {
    const what = fact.event_type === 'analysis_failed' ? 'failed' : 'was cancelled';
    throw new UserError(`The analysis of ${graph} ${what}: ${fact.data.reason}. The services' logs say more.`);
  }
  const mark = inkFor(process.stdout)('completed', '✓');
  process.stdout.write(`${mark} ${graph}: ${printable(wordsForCompleted(fact.data))}\n  ${pageOf(options.url, graph)}\n`);
}

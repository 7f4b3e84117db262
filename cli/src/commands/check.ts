import { ApiError, createApi, type Api } from '@graphtail/client';
import { CONFIG_FILE, type Offset } from '@graphtail/facts';
import type { Command } from 'commander';
import { analysedOnce, foldedTo } from '../once/once.ts';
import type { Parts } from '../parts/parts.ts';
import { printable } from '../printable.ts';
import { UserError } from '../user-error.ts';
import { inkFor } from './ink.ts';
import { apiOf, explained, withServer, type ServerOptions } from './server.ts';

type Report = Awaited<ReturnType<Api['rules']>>;

const HELP = `
The rules are in ${CONFIG_FILE} of the analysed folder. With PATH, or if no Graphtail
answers at --url, the folder (default: this one) is analysed once, and nothing is left
behind. Otherwise the running Graphtail is asked.

Exit codes: 0 nothing violates the rules; 1 something does, or the rules can't be read.`;

/** `graphtail check`: prints what violates the rules, for CI. */
export function register(program: Command, host: NodeJS.Process, parts: Parts): void {
  const command = program
    .command('check')
    .description(`print what violates the rules of ${CONFIG_FILE}`)
    .argument('[path]', 'the folder to analyse')
    .addHelpText('after', HELP);
  withServer(command, 'rules and violations as one JSON object').action((path: string | undefined, options: ServerOptions) =>
    explained(options, () => check(path, options, host, parts)),
  );
}

async function check(path: string | undefined, options: ServerOptions, host: NodeJS.Process, parts: Parts): Promise<void> {
  const report = path === undefined ? await askRunning(options) : undefined;
  if (report !== undefined) {
    tell(report, options, host);
    return;
  }
  await analysedOnce(path ?? '.', { graph: options.graph, host, parts }, async ({ url, graph }, { fact }) => {
    tell(await askAt(createApi(url), graph, fact.offset), options, host);
  });
}

/** undefined: nothing answers at the address. */
async function askRunning(options: ServerOptions): Promise<Report | undefined> {
  try {
    return await apiOf(options).rules({ graph: options.graph });
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) return undefined;
    throw error;
  }
}

async function askAt(api: Api, graph: string, at: Offset): Promise<Report> {
  await foldedTo(api, graph, at);
  return api.rules({ graph });
}

/** @throws {UserError} if the rules can't be used, or something violates them */
function tell({ rules, violations, total, trouble }: Report, { json }: ServerOptions, { stdout }: NodeJS.Process): void {
  if (trouble !== null) throw new UserError(`${trouble}.`);
  const ink = inkFor(stdout);
  if (json === true) stdout.write(`${JSON.stringify({ rules, violations, total })}\n`);
  else {
    for (const { rule, source_id, relationship_type, target_id, message } of violations)
      stdout.write(
        `${ink('wrong', '!')} ${printable(`${rule}: ${source_id} ${relationship_type} ${target_id}`)}\n  ${ink('quiet', printable(message))}\n`,
      );
    if (total === 0)
      stdout.write(
        `${ink('completed', '✓')} ${rules.length === 0 ? `no rules in ${CONFIG_FILE}` : `${String(rules.length)} rules, no violation`}\n`,
      );
  }
  if (total > 0) throw new UserError(`${String(total)} ${total === 1 ? 'relationship violates' : 'relationships violate'} the rules.`);
}

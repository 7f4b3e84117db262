import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { UserError } from '../user-error.ts';
import { printable } from '../printable.ts';
import { inkFor } from './ink.ts';
import { apiOf, explained, withServer, type ServerOptions } from './server.ts';

type RemoveOptions = ServerOptions & { readonly yes?: boolean };

const HELP = `
Deletes its log, its snapshots and its consumers for good. The sources are not touched. Subscribers get UNKNOWN_GRAPH.
In a terminal the command asks first.

Exit codes: 0 removed; 1 there is no such graph, or it was not removed.`;

/** `graphtail remove`: removes a graph from the running Graphtail. */
export function register(program: Command): void {
  const command = program
    .command('remove')
    .description('remove a graph from the running Graphtail')
    .argument('<name>', 'the graph')
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP);
  withServer(command, 'what was removed, as one JSON object').action((name: string, options: RemoveOptions) =>
    explained(options, () => remove(name, options)),
  );
}

async function remove(name: string, options: RemoveOptions): Promise<void> {
  const graph = (await apiOf(options).graphs()).find((each) => each.name === name);
  if (graph === undefined) throw new UserError(`There is no graph ${name}. npx graphtail status lists the graphs there are.`);
  if (options.yes !== true && process.stdin.isTTY && !(await isConfirmed(name, graph.root)))
    throw new UserError(`${name} was not removed.`);
  await apiOf(options).removeGraph(name);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ removed: name })}\n`
      : `${inkFor(process.stdout)('completed', '✓')} ${printable(name)} is removed\n`,
  );
}

async function isConfirmed(name: string, root: string | undefined): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const of = root === undefined ? '' : ` of ${printable(root)}`;
    const answer = await terminal.question(`Remove the graph ${printable(name)}${of}, its log and its consumers for good? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

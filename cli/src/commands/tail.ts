import type { From } from '@graphtail/client';
import type { EventType } from '@graphtail/facts';
import type { Command } from 'commander';
import { positionArgument, typesArgument } from './positions.ts';
import { printFacts } from './print-facts.ts';
import { apiOf, explained, subscriptionOf, withServer, type ServerOptions } from './server.ts';

type TailOptions = ServerOptions & { readonly from: From; readonly types?: EventType[] };

const HELP = `
Marks: + added, ~ updated, − deleted, ◔ progress, ✓ completed, ! alert or failure. #n is a fact's place in the log.
It reconnects and resumes by itself. Ctrl-C prints the cursor to resume from.

Exit codes: 0 stopped, 1 refused or not reachable at first.`;

/** `graphtail tail`: facts as they come. */
export function register(program: Command): void {
  const command = program
    .command('tail')
    .description('print facts as they come')
    .option(
      '--from <position>',
      'earliest, latest, an offset, last:<n> or ts:<ISO time>; an offset itself is not repeated',
      positionArgument,
      'latest',
    )
    .option('--types <a,b>', 'only facts of these event types', typesArgument)
    .addHelpText('after', HELP);
  withServer(command, "each fact's JSON as the log holds it, one a line").action((options: TailOptions) =>
    explained(options, () => tail(options)),
  );
}

async function tail(options: TailOptions): Promise<void> {
  const { from, types, json = false } = options;
  await apiOf(options).health(); // a wrong address is said now; one that is lost later is waited for
  const { subscription } = await printFacts({ ...subscriptionOf(options), from, types }, { json });
  const { cursor, graph } = subscription;
  if (cursor !== undefined) process.stderr.write(`\nResume with: graphtail tail --graph ${graph ?? ''} --from ${cursor}\n`);
}

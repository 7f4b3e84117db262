import type { From } from '@graphtail/client';
import { seqOf, type Offset } from '@graphtail/facts';
import { InvalidArgumentError, type Command } from 'commander';
import { figure } from './fact-line.ts';
import { positionArgument } from './positions.ts';
import { printFacts } from './print-facts.ts';
import { apiOf, explained, offsetArgument, subscriptionOf, withServer, type ServerOptions } from './server.ts';

type ReplayOptions = ServerOptions & { readonly from: From; readonly to?: Offset; readonly speed?: number };

function speedArgument(text: string): number {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('It must be a number above 0; 1 is the pace at which the facts came.');
}

/** `graphtail replay`: a part of the log, played again. */
export function register(program: Command): void {
  const command = program
    .command('replay')
    .description('print a part of the log again, at its own pace or as fast as it can be read')
    .option('--from <position>', 'earliest, an offset (exclusive), last:<n> or ts:<ISO time>', positionArgument, 'earliest')
    .option('--to <offset>', 'the last fact, inclusive (default: the last one there is)', offsetArgument)
    .option('--speed <n>', "paced by the facts' own times, times this (default: as fast as it can be read)", speedArgument)
    .addHelpText('after', '\nExit codes: 0 played to its end, 1 refused, not reachable at first, or stopped before its end.');
  withServer(command, "each fact's JSON as the log holds it, one a line").action((options: ReplayOptions) =>
    explained(options, () => replay(options)),
  );
}

async function replay(options: ReplayOptions): Promise<void> {
  const { from, speed, json = false, graph } = options;
  const to = options.to ?? (await apiOf(options).log({ graph })).head;
  const { printed, subscription } = await printFacts({ ...subscriptionOf(options), from, to, speed }, { json });
  const { cursor } = subscription;
  const whole = cursor !== undefined && seqOf(cursor) >= seqOf(to);
  if (!whole) process.exitCode = 1;
  if (!json) process.stderr.write(`${figure(printed)} facts${whole ? '' : ', stopped'}, through ${cursor ?? '–'}\n`);
}

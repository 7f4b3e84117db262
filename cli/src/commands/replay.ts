import { SubscriptionRefused } from '@graphtail/client';
import { placeOf, seqOf, type Offset } from '@graphtail/facts';
import type { Command } from 'commander';
import { figure } from './fact-line.ts';
import { printFacts } from './print-facts.ts';
import { apiOf, explained, offsetAt, subscriptionOf, withServer, type ServerOptions } from './server.ts';
import { POSITIONS_HELP, selectionOf, withSelection, type GivenSelection, type Selection } from './selection.ts';

type ReplayOptions = ServerOptions & Selection;
type GivenOptions = ServerOptions & GivenSelection;

const HELP = `${POSITIONS_HELP}

Exit codes: 0 played to the end; 1 refused, not reachable at the start, or
stopped before the end.`;

/** `graphtail replay`: prints a part of the log again. */
export function register(program: Command): void {
  const command = program
    .command('replay')
    .description('print a part of the log again, at its own pace or as fast as possible')
    .addHelpText('after', HELP);
  withServer(withSelection(command, 'earliest', 'the last one there is'), "each fact's JSON as the log holds it, one a line").action(
    (options: GivenOptions) => explained(options, async () => replay({ ...options, to: await offsetAt(options, options.to) }), 'replay'),
  );
}

async function replay(options: ReplayOptions): Promise<void> {
  const { json = false } = options;
  const { printed, to, cursor } = await play(options);
  const whole = cursor !== undefined && seqOf(cursor) >= seqOf(to);
  if (!whole) process.exitCode = 1;
  const facts = `${figure(printed)} fact${printed === 1 ? '' : 's'}`;
  if (!json) process.stderr.write(`${facts}${whole ? '' : ', stopped'}, through ${cursor === undefined ? '–' : placeOf(cursor)}\n`);
}

/** Plays up to `to`; without it, up to the current head. The start may move past that head meanwhile. Then the head is fetched again. */
async function play(options: ReplayOptions): Promise<{ printed: number; to: Offset; cursor: Offset | undefined }> {
  const { json = false, graph } = options;
  const selection = selectionOf(options);
  for (let attempt = 1; ; attempt++) {
    const to = options.to ?? (await apiOf(options).log({ graph })).head;
    try {
      const wanted = { ...subscriptionOf(options), ...selection, from: selection.from ?? 'earliest', to };
      const { printed, subscription } = await printFacts(wanted, { json });
      return { printed, to, cursor: subscription.cursor };
    } catch (error) {
      const isPassed = error instanceof SubscriptionRefused && error.error.code === 'BAD_REQUEST' && error.message.startsWith('to:');
      if (options.to !== undefined || !isPassed || attempt >= 5) throw error;
    }
  }
}

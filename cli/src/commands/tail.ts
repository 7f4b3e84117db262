import { SubscriptionRefused } from '@graphtail/client';
import { CURSOR_CODES, placeOf, seqOf, type Code, type ErrorFrame, type Offset } from '@graphtail/facts';
import type { Command } from 'commander';
import { printable } from '../printable.ts';
import { inkFor } from './ink.ts';
import { printFacts } from './print-facts.ts';
import { apiOf, commandLine, explained, offsetAt, subscriptionOf, withServer, type ServerOptions } from './server.ts';
import { POSITIONS_HELP, selectionOf, withSelection, type GivenSelection, type Selection } from './selection.ts';

type TailOptions = ServerOptions & Selection;
type GivenOptions = ServerOptions & GivenSelection;

const HELP = `${POSITIONS_HELP}

Marks: + added, ~ updated, − deleted, ◔ progress, ✓ completed, ■ a snapshot,
! alert or failure. #n is a fact's place in the log.

It reconnects and resumes by itself. Ctrl-C prints the cursor to resume from.
If the log loses facts that were printed, it says so. Without --from and
--json it then continues where the log does, otherwise it ends with 1.

Exit codes: 0 stopped, or --to reached; 1 refused, or not reachable at the start.`;

/** `graphtail tail`: prints facts as they come. */
export function register(program: Command): void {
  const command = program.command('tail').description('print facts as they arrive').addHelpText('after', HELP);
  withServer(withSelection(command, 'latest', 'goes on for ever'), "each fact's JSON as the log holds it, one a line").action(
    (options: GivenOptions) => explained(options, async () => tail({ ...options, to: await offsetAt(options, options.to) }), 'tail'),
  );
}

async function tail(options: TailOptions): Promise<void> {
  const { json = false } = options;
  await apiOf(options).health(); // reports a wrong address now; a server that is lost later is waited for
  let selection = selectionOf(options);
  for (;;) {
    try {
      const { subscription } = await printFacts({ ...subscriptionOf(options), ...selection, from: selection.from ?? 'latest' }, { json });
      const { cursor, graph } = subscription;
      const ended = options.to !== undefined && cursor !== undefined && seqOf(cursor) >= seqOf(options.to);
      if (cursor !== undefined && !ended)
        process.stderr.write(`\nResume with:\n  ${commandLine('tail', { ...options, graph })} --from ${cursor}\n`);
      return;
    } catch (error) {
      // A user who only watches wants to see new facts, and to know what was lost. With a cursor or JSON, a user counts on every fact.
      const resumeAt = options.from === undefined && !json && error instanceof SubscriptionRefused ? resumesAt(error.error) : undefined;
      if (resumeAt === undefined) throw error;
      process.stderr.write(
        `${inkFor(process.stderr)('progress', `! ${printable(lost((error as SubscriptionRefused).error, resumeAt))}`)}\n`,
      );
      selection = { ...selection, from: resumeAt };
    }
  }
}

function resumesAt({ code, resume_at: resumeAt }: ErrorFrame): Offset | undefined {
  return code === 'LOG_DAMAGED' || (CURSOR_CODES as readonly Code[]).includes(code) ? resumeAt : undefined;
}

function lost({ code, message }: ErrorFrame, at: Offset): string {
  const place = placeOf(at);
  switch (code) {
    case 'LOG_TRUNCATED':
      return `${code}: the log lost the facts after ${place}; those that were printed are void. Continuing from there.`;
    case 'LOG_DAMAGED':
      return `${code}: ${message}. Continuing after it.`;
    case 'CURSOR_TOO_OLD':
      return `${code}: the facts up to ${place} are no longer kept. Continuing from there.`;
    default:
      return `${code}: this is a different log now; everything printed so far is void. Continuing from its ${seqOf(at) === 0 ? 'beginning' : place}.`;
  }
}

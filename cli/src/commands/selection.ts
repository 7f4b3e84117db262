import type { Filter, From } from '@graphtail/client';
import { ENTITY_TYPES, EVENT_TYPES, type Offset, type Place } from '@graphtail/facts';
import { InvalidArgumentError, type Command } from 'commander';
import { positionArgument } from './positions.ts';
import { offsetArgument } from './server.ts';

/** The options of a command that prints facts. */
export type GivenSelection = Omit<Selection, 'to'> & { readonly to?: Offset | Place | undefined };

/** Which part of a log is printed, and at what pace. */
export type Selection = Filter & {
  readonly from?: From | undefined;
  readonly to?: Offset | undefined;
  readonly speed?: number | undefined;
};

/** What `--from` takes, for the commands' help. */
export const POSITIONS_HELP = `
Positions: earliest, latest, an offset <epoch>-<seq> or #<seq> (that fact itself is not
repeated), last:<n>, ts:<ISO 8601 time>, or snapshot: the newest saved state,
then every fact after it.`;

/** Adds the options that select facts. @param from what the command does without `--from` @param to the same for `--to`, for the help */
export function withSelection(command: Command, from: string, to: string): Command {
  return command
    .option('--from <position>', `where to begin (default: ${from})`, positionArgument)
    .option('--to <offset>', `the last fact, inclusive (default: ${to})`, offsetArgument)
    .option('--speed <n>', "pace by the facts' timestamps, n times as fast (default: as fast as possible)", speedArgument)
    .option('--types <a,b>', 'only facts of these event types', (text: string) => listed(text, EVENT_TYPES))
    .option('--entities <a,b>', 'only facts about these entity types', (text: string) => listed(text, ENTITY_TYPES))
    .option('--path <glob>', "only facts about files such as 'src/**/*.ts' (docs/PROTOCOL.md, Globs)");
}

function speedArgument(text: string): number {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('It must be a number above 0; 1 is the pace at which the facts came.');
}

/** Parses `a,b` as a list of known names. */
function listed<Name extends string>(text: string, known: readonly Name[]): Name[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const found = known.find((each) => each === name);
      if (found === undefined) throw new InvalidArgumentError(`There is no ${name}. Known are ${known.join(', ')}.`);
      return found;
    });
}

/** The options with which a subscription is opened. */
export function selectionOf({ from, to, speed, types, entities, path }: Selection): Selection {
  return { from, to, speed, types, entities, path };
}

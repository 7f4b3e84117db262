import { isOffset, isPlace, parseTime } from '@graphtail/facts';
import type { From } from '@graphtail/client';
import { InvalidArgumentError } from 'commander';

/** Parses a position in the log as a user writes it. */
export function positionArgument(text: string): From {
  if (text === 'earliest' || text === 'latest' || text === 'snapshot' || isOffset(text) || isPlace(text)) return text;
  if (/^last:[1-9]\d{0,8}$/.test(text)) return text as From;
  // What a user types without a zone is of the user's zone, as the times that are printed.
  const ms = text.startsWith('ts:') ? parseTime(text.slice('ts:'.length), 'local') : undefined;
  if (ms !== undefined) return `ts:${new Date(ms).toISOString()}`;
  throw new InvalidArgumentError(
    'It must be earliest, latest, snapshot, an offset <epoch>-<seq> or #<seq>, last:<n> or ts:<ISO 8601 time>.',
  );
}

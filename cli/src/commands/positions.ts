import { isOffset } from '@graphtail/facts';
import type { From } from '@graphtail/client';
import { InvalidArgumentError } from 'commander';

/** Parses a position in the log as a user writes it. */
export function positionArgument(text: string): From {
  if (text === 'earliest' || text === 'latest' || text === 'snapshot' || isOffset(text)) return text;
  if (/^last:[1-9]\d{0,8}$/.test(text)) return text as From;
  if (text.startsWith('ts:') && !Number.isNaN(Date.parse(text.slice(3)))) return text as From;
  throw new InvalidArgumentError('It must be earliest, latest, snapshot, an offset <epoch>-<seq>, last:<n> or ts:<ISO 8601 time>.');
}

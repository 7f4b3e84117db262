import { EVENT_TYPES, isOffset, type EventType } from '@graphtail/facts';
import type { From } from '@graphtail/client';
import { InvalidArgumentError } from 'commander';

/** Where in the log, as a person writes it. */
export function positionArgument(text: string): From {
  if (text === 'earliest' || text === 'latest' || isOffset(text)) return text;
  if (/^last:[1-9]\d{0,8}$/.test(text)) return text as From;
  if (text.startsWith('ts:') && !Number.isNaN(Date.parse(text.slice(3)))) return text as From;
  throw new InvalidArgumentError('It must be earliest, latest, an offset <epoch>-<seq>, last:<n> or ts:<ISO 8601 time>.');
}

/** `a,b` → event types. */
export function typesArgument(text: string): EventType[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const known = EVENT_TYPES.find((type) => type === name);
      if (known === undefined) throw new InvalidArgumentError(`There is no ${name}. Known are ${EVENT_TYPES.join(', ')}.`);
      return known;
    });
}

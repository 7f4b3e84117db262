import { stripVTControlCharacters } from 'node:util';

export type Counts = { passed: number; failed: number };

function last(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

/** The result of a test runner, from the summary of Jasmine, Karma or Playwright. Pending and skipped specs count as neither. */
export function counts(output: string): Counts {
  const text = stripVTControlCharacters(output);
  const jasmine = last(text, /^(\d+) specs?, (\d+) failures?(?:, (\d+) pending specs?)?/gm);
  if (jasmine !== undefined) {
    const [specs, failed, pending] = [Number(jasmine[1]), Number(jasmine[2]), Number(jasmine[3] ?? 0)];
    return { passed: specs - failed - pending, failed };
  }
  const karma = last(text, /Executed (\d+) of \d+(?: \((\d+) FAILED\))?(?: \(skipped (\d+)\))?/g);
  if (karma !== undefined) {
    const [executed, failed] = [Number(karma[1]), Number(karma[2] ?? 0)];
    return { passed: executed - failed, failed };
  }
  const playwright = (word: string): number => Number(last(text, new RegExp(`^ +(\\d+) ${word}\\b`, 'gm'))?.[1] ?? 0);
  return { passed: playwright('passed') + playwright('flaky'), failed: playwright('failed') };
}

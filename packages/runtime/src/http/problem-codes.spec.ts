import { readFileSync } from 'node:fs';
import { CODES } from '@graphtail/facts';
import { PROBLEM_CODES } from './problem-codes.ts';

describe('the codes of problems', () => {
  it('are listed in docs/API.md, each with its status', () => {
    const text = readFileSync(new URL('../../../../docs/API.md', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) /gm)].map(([, code, status]) => `${code!} ${status!}`);
    expect(listed.sort()).toEqual(
      Object.entries(PROBLEM_CODES)
        .map(([code, [status]]) => `${code} ${String(status)}`)
        .sort(),
    );
  });

  it('include those of refused subscriptions, except the one that only a socket can get', () => {
    expect(CODES.filter((code) => !(code in PROBLEM_CODES))).toEqual(['CONSUMER_TOO_SLOW']);
  });
});

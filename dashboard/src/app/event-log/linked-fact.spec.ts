import { ApiError, type Bounds } from '@graphtail/client';
import { offset, seqOf, type Offset } from '@graphtail/facts';
import { nodeAdded, placed } from '../../testing/facts.ts';
import { linkedFact } from './linked-fact.ts';
import { offsetAt } from './older-facts.ts';

/** Epoch 7 holds #1 to #4, epoch 9 what follows; #1 to #2 are trimmed. */
const bounds = {
  epochs: [
    { epoch: 7, prev: '0-0' as Offset, opened_at: '', reason: 'created' },
    { epoch: 9, prev: offset(7, 4), opened_at: '', reason: 'restarted' },
  ],
  floor: offset(7, 2),
  head: offset(9, 6),
} as unknown as Bounds;

const api = {
  log: () => Promise.resolve(bounds),
  facts: ({ from }: { from: string }) => {
    const seq = seqOf(from as Offset) + 1;
    const fact = { ...placed(seq, nodeAdded(`n${String(seq)}`)), offset: offsetAt(bounds, seq) };
    return Promise.resolve({ prev: from as Offset, through: fact.offset, head: bounds.head, facts: [fact] });
  },
};

describe('a fact that an address names', () => {
  const why = async (at: string): Promise<string> => {
    const linked = await linkedFact(api, 'g', at);
    return linked.kind === 'missing' ? linked.why : `found ${linked.fact.offset}`;
  };

  it('is read from the log, the first of an epoch too', async () => {
    expect(await why('9-6')).toBe('found 9-6');
    expect(await why('9-5')).toBe('found 9-5');
    expect(await why('7-3')).toBe('found 7-3');
  });

  it('is said to be no offset, too old, not there yet, or lost', async () => {
    expect(await why('nonsense')).toContain('“nonsense”, which is not an offset');
    expect(await why('7-2')).toBe('Fact #2 is older than what the log keeps, which begins with #3.');
    expect(await why('9-7')).toContain('The log ends at #6');
    expect(await why('7-5')).toContain('was lost');
  });

  it('is said to be unread while nobody answers', async () => {
    const away = { ...api, log: () => Promise.reject(new ApiError(0, 'no answer')) };
    expect(await linkedFact(away, 'g', '9-6')).toEqual({ kind: 'missing', why: 'Nobody answers: the fact can be read later.' });
  });
});

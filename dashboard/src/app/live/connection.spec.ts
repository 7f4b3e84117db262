import { offset } from '@graphtail/facts';
import { replayedPercent, seqText, wordsFor } from './connection.ts';

describe('the words for a connection', () => {
  it('say what is known', () => {
    expect(wordsFor({ kind: 'connecting' })).toBe('connecting');
    expect(wordsFor({ kind: 'live' })).toBe('live');
    expect(wordsFor({ kind: 'replaying', percent: 62 })).toBe('replaying 62 %');
    expect(wordsFor({ kind: 'behind', facts: 1204 })).toBe('behind 1,204');
    expect(wordsFor({ kind: 'offline', at: offset(7, 10422) })).toBe('offline, at …-10422');
    expect(wordsFor({ kind: 'offline', at: undefined })).toBe('offline');
    expect(wordsFor({ kind: 'refused', code: 'UNKNOWN_GRAPH', message: '' })).toBe('refused: UNKNOWN_GRAPH');
  });

  it('count a replay from where it began, and are done only at the head', () => {
    expect(replayedPercent(offset(7, 100), offset(7, 100), offset(7, 300))).toBe(0);
    expect(replayedPercent(offset(7, 100), offset(7, 299), offset(7, 300))).toBe(99);
    expect(replayedPercent(offset(7, 100), offset(7, 300), offset(7, 300))).toBe(100);
    expect(replayedPercent(offset(7, 300), offset(7, 300), offset(7, 300))).toBe(100);
  });

  it('count across epochs, since seq goes on', () => {
    expect(replayedPercent(offset(7, 100), offset(8, 150), offset(9, 200))).toBe(50);
  });

  it('show an offset as its seq, and an unknown one as unknown', () => {
    expect(seqText(offset(7, 10422))).toBe('#10,422');
    expect(seqText(undefined)).toBe('#–');
  });
});

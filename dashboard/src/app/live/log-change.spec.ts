import { at } from '../../testing/facts.ts';
import { wordsForChange } from './log-change.ts';

describe('the words for a change of the log', () => {
  it('say what was lost, and what that means for the received facts', () => {
    const words = wordsForChange({ code: 'LOG_TRUNCATED', divergedAt: at(1204), at: 0 });
    expect(words).toContain('The log lost every fact after #1,204');
    expect(words).toContain('dropped what it had received');
  });

  it('say that another log replaced it', () => {
    for (const code of ['STREAM_REPLACED', 'CURSOR_IN_FUTURE'] as const) {
      expect(wordsForChange({ code, divergedAt: undefined, at: 0 })).toContain('The log was replaced by another');
    }
  });

  it('say that the graph was unknown', () => {
    expect(wordsForChange({ code: 'UNKNOWN_GRAPH', divergedAt: undefined, at: 0 })).toContain('The graph was unknown for a while');
  });

  it('say that the page was away for too long', () => {
    expect(wordsForChange({ code: 'CURSOR_TOO_OLD', divergedAt: undefined, at: 0 })).toContain('longer than the log keeps facts');
  });
});

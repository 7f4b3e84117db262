import { analysisCompleted, analysisFailed, analysisProgress, analysisStarted, nodeAdded, placed } from '../../testing/facts.ts';
import { afterFact } from './analysis.ts';

describe('afterFact', () => {
  it('follows an analysis from its start to its end', () => {
    const started = afterFact(undefined, placed(1, analysisStarted('a1'), 1000));
    expect(started).toEqual(jasmine.objectContaining({ id: 'a1', outcome: 'running', startedAt: 1000, percentage: 0, filesTotal: 200 }));
    const halfway = afterFact(started, placed(2, analysisProgress('a1', 50), 2000));
    expect(halfway).toEqual(
      jasmine.objectContaining({ percentage: 50, phase: 'parsing', filesDone: 100, currentFile: 'src/a.ts', startedAt: 1000 }),
    );
    const completed = afterFact(halfway, placed(3, analysisCompleted('a1'), 4200));
    expect(completed).toEqual(
      jasmine.objectContaining({ outcome: 'completed', percentage: 100, filesDone: 200, changes: 7, durationMs: 3200 }),
    );
  });

  it('knows no start if the page was opened during the analysis', () => {
    const seen = afterFact(undefined, placed(2, analysisProgress('a1', 50)));
    expect(seen?.startedAt).toBeUndefined();
    expect(seen?.percentage).toBe(50);
  });

  it('keeps nothing of an earlier analysis', () => {
    const failed = afterFact(afterFact(undefined, placed(1, analysisProgress('a1', 50))), placed(2, analysisFailed('a1')));
    expect(failed?.outcome).toBe('failed');
    const next = afterFact(failed, placed(3, analysisStarted('a2')));
    expect(next).toEqual(jasmine.objectContaining({ id: 'a2', outcome: 'running', percentage: 0, filesDone: 0 }));
    expect(next?.phase).toBeUndefined();
  });

  it('ignores other facts', () => {
    const before = afterFact(undefined, placed(1, analysisStarted('a1')));
    expect(afterFact(before, placed(2, nodeAdded('x')))).toBe(before);
  });

  it('ignores types of a newer version', () => {
    const before = afterFact(undefined, placed(1, analysisStarted('a1')));
    const newer = { ...placed(2, analysisStarted('a1')), event_type: 'analysis_paused' } as never;
    expect(afterFact(before, newer)).toBe(before);
  });
});

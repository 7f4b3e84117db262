import type { Health, Trouble } from '@graphtail/client';
import { partsOf, verdictOf } from './health-model.ts';

const WELL = { status: 'ok', troubles: [] };

const health = (services: Record<string, { status: string; detail?: string; troubles: readonly Trouble[] }>): Health => ({
  status: 'degraded',
  services: { ingest: WELL, redis: WELL, projector: WELL, notifier: WELL, ...services },
  version: '0',
});

describe('the verdict on the pipeline', () => {
  it('is one sentence that says that all is well', () => {
    expect(verdictOf(partsOf(health({}), {}), false).state).toBe('ok');
  });

  it('names the part that is down before one that is degraded, its reason, and how many others have one', () => {
    const parts = partsOf(
      health({
        ingest: {
          status: 'degraded',
          troubles: [{ code: 'root_gone', graph: 'g', message: 'the root is gone', remedy: 'Put it back.', since: '' }],
        },
        redis: { status: 'down', detail: 'no answer within 2 s', troubles: [] },
      }),
      {},
    );
    expect(verdictOf(parts, false)).toEqual({ state: 'down', words: 'Log: no answer within 2 s. One more part has a reason.' });
    expect(parts.find(({ name }) => name === 'redis')?.next).toContain('Nothing can be appended');
    expect(parts.find(({ name }) => name === 'ingest')?.next).toBe('Put it back.');
    expect(parts.find(({ name }) => name === 'notifier')?.next).toBeUndefined();
  });

  it('does not call well what is not known', () => {
    expect(verdictOf(partsOf(undefined, {}), false).state).toBe('unknown');
    expect(verdictOf(partsOf(health({}), {}), true).words).toContain('Nobody answers');
  });
});

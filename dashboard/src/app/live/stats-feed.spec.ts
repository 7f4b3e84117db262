import type { Stats } from '@graphtail/client';
import { at } from '../../testing/facts.ts';
import { until } from '../../testing/stage.ts';
import { StatsFeed } from './stats-feed.ts';

function statsAt(seq: number): Stats {
  return {
    total_nodes: seq,
    total_relationships: 0,
    node_types: {},
    relationship_types: {},
    languages: {},
    top_functions: [],
    offset: at(seq),
    state_digest: '0000000000000000',
  };
}

describe('StatsFeed', () => {
  it('asks until the projector has reached the cursor, then rests', async () => {
    const offsets = [10, 11, 12];
    const got: number[] = [];
    const feed = new StatsFeed(() => Promise.resolve(statsAt(offsets.shift() ?? 99)), {
      stats: (stats) => got.push(stats.total_nodes),
      failed: fail,
    });
    feed.want(at(11));
    await until(() => got.length === 2, 'two answers');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(got).toEqual([10, 11]);
    feed.want(at(12));
    await until(() => got.length === 3, 'a third answer');
    feed.close();
  });

  it('does not rest with figures that are ahead of the cursor, because they may be of a lost log', async () => {
    const offsets = [82, 3];
    const got: number[] = [];
    const feed = new StatsFeed(() => Promise.resolve(statsAt(offsets.shift() ?? 99)), {
      stats: (stats) => got.push(stats.total_nodes),
      failed: fail,
    });
    feed.want(at(3));
    await until(() => got.length === 2, 'the figures at the cursor');
    expect(got).toEqual([82, 3]);
    feed.close();
  });

  it('passes on no answer to a request from before it was told to forget', async () => {
    const answers: ((stats: Stats) => void)[] = [];
    const got: number[] = [];
    const feed = new StatsFeed(() => new Promise((resolve) => answers.push(resolve)), {
      stats: (stats) => got.push(stats.total_nodes),
      failed: fail,
    });
    feed.want(at(82));
    await until(() => answers.length === 1, 'the question');
    feed.forget();
    feed.want(at(3));
    answers[0]?.(statsAt(82));
    await until(() => answers.length === 2, 'another question');
    answers[1]?.(statsAt(3));
    await until(() => got.length > 0, 'its answer');
    expect(got).toEqual([3]);
    feed.close();
  });

  it('reports a failure, and tries again', async () => {
    let asked = 0;
    const failures: unknown[] = [];
    const got: number[] = [];
    const feed = new StatsFeed(() => (++asked === 1 ? Promise.reject(new Error('away')) : Promise.resolve(statsAt(5))), {
      stats: (stats) => got.push(stats.total_nodes),
      failed: (error) => failures.push(error),
    });
    feed.want(undefined);
    await until(() => got.length === 1, 'an answer after the failure');
    expect(failures.length).toBe(1);
    feed.close();
  });
});

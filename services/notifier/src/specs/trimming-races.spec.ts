import { ORIGIN, epochOf, offset, seqOf, type Offset } from '@graphtail/facts';
import { trimThrough } from '../../../../tests/support/log.ts';
import { GraphFeed } from '../feed/graph-feed.ts';
import { Openings, type Opening } from '../delivery/opening.ts';
import { Turnstile } from '../turnstile.ts';
import { parseParameters, type From } from '../wire/parameters.ts';
import { nodeAdded, startStage, type Graph, type Stage } from './support.ts';

describe('a log that is trimmed while a subscription opens', () => {
  let stage: Stage;
  let graph: Graph;
  let feed: GraphFeed;
  let head: Offset;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    graph = await stage.graph();
    for (let i = 0; i < 5; i++) head = await graph.append(nodeAdded());
    feed = new GraphFeed({
      log: graph.log,
      connectBlocking: () => stage.redis.duplicate(),
      pages: new Turnstile(1),
      onState: () => undefined,
      onTruncated: () => undefined,
    });
  });
  afterEach(() => feed.close());

  const at = (seq: number): Offset => offset(epochOf(head), seq);
  const trim = (through: number): Promise<Offset> => trimThrough(stage.redis, graph.log, at(through));

  function open(from: From): Promise<Opening> {
    const openings = new Openings(stage.redis, fail);
    return openings.open(feed, { ...parseParameters({ graph: graph.name }), from });
  }

  it('[C5] gives who asks for the earliest the earliest that is left, and refuses nobody for where it was', async () => {
    const judge = feed.judge.bind(feed);
    let times = 0;
    feed.judge = async (cursor) => {
      if (++times < 3) await trim(times);
      return judge(cursor);
    };
    expect(await open({ kind: 'earliest' })).toEqual(jasmine.objectContaining({ cursor: at(2), earliest: at(3) }));
    expect((await open({ kind: 'last', count: 1000 })).cursor).toBe(at(2));
  });

  it('[C3] refuses nobody whose own cursor holds: it is told of an earliest that is not there any more, or of the next', async () => {
    const earliest = feed.earliest.bind(feed);
    feed.earliest = async (floor) => {
      await trim(2);
      return earliest(floor);
    };
    const opening = await open({ kind: 'offset', offset: at(4) });
    expect([opening.cursor, seqOf(opening.earliest)]).toEqual([at(4), 3]);
    await expectAsync(open({ kind: 'offset', offset: ORIGIN })).toBeRejectedWithError(/no longer retained/);
  });
});

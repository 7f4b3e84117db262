import { TestBed } from '@angular/core/testing';
import { emptyState, evolve, seqOf } from '@graphtail/facts';
import {
  analysisCompleted,
  analysisProgress,
  analysisStarted,
  at,
  nodeAdded,
  nodeDeleted,
  relationshipAdded,
} from '../../testing/facts.ts';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Session } from '../access/session.ts';
import { wordsFor } from './connection.ts';
import { Live } from './live.ts';
import { FACTS_KEPT } from './recent-facts.ts';

describe('Live', () => {
  let notifier: Notifier;
  let origin: Origin;
  let live: Live;

  const wordsForConnection = (): string => wordsFor(live.connection());

  function open(): void {
    TestBed.configureTestingModule({ providers: staged(notifier, origin) });
    live = TestBed.inject(Live);
    live.open('g');
  }

  beforeEach(() => {
    notifier = new Notifier();
    origin = new Origin(notifier);
  });
  afterEach(() => {
    live.close();
    sessionStorage.clear();
  });

  it('is filled with the last 200 facts, newest first', async () => {
    for (let i = 0; i < 30; i++) notifier.append(...Array.from({ length: 10 }, (_, n) => nodeAdded(`n${String(i * 10 + n)}`)));
    open();
    await until(() => (live.facts()?.length ?? 0) > 0, 'facts');
    expect(notifier.asked).toEqual(['last:200']);
    expect(live.facts()?.length).toBe(200);
    expect(live.facts()?.[0]?.offset).toBe(at(300));
    expect(live.facts()?.[199]?.offset).toBe(at(101));
    expect(wordsFor(live.connection())).toBe('live');
  });

  it('distinguishes an empty log from one that was not read yet', async () => {
    open();
    expect(live.facts()).toBeUndefined();
    await until(() => live.facts() !== undefined, 'an empty log');
    expect(live.facts()).toEqual([]);
    expect(live.analysis()).toBeUndefined();
  });

  it('counts nodes and relationships as a fold of the log does, at each offset it shows', async () => {
    notifier.append(nodeAdded('a'), nodeAdded('b'), relationshipAdded('a', 'b'));
    const anchor = notifier.head;
    origin.offset = () => anchor;
    origin.totals = { nodes: 2, relationships: 1 };
    open();
    await until(() => live.totals() !== undefined, 'totals');
    expect(live.totals()).toEqual({ nodes: 2, relationships: 1 });
    notifier.append(nodeAdded('c'), nodeDeleted('a'), nodeAdded('d'), relationshipAdded('c', 'd'));
    await until(() => live.totalsAsOf() === at(7), 'the newer facts');
    const state = (live.facts() ?? []).toReversed().reduce(evolve, emptyState());
    expect(live.totals()).toEqual({ nodes: state.nodes.size, relationships: state.relationships.size });
  });

  it('resumes from its cursor after a disconnect, says so meanwhile, and shows no fact twice', async () => {
    notifier.append(nodeAdded('a'));
    open();
    await until(() => live.facts()?.length === 1, 'the first fact');
    notifier.hangUp();
    expect(wordsFor(live.connection())).toBe('offline, at …-1');
    notifier.append(nodeAdded('b'), nodeAdded('c'));
    await until(() => live.facts()?.length === 3, 'the missed facts');
    expect(notifier.asked).toEqual(['last:200', at(1)]);
    expect(live.facts()?.map((fact) => seqOf(fact.offset))).toEqual([3, 2, 1]);
    await until(() => wordsFor(live.connection()) === 'live', 'live again');
  });

  it('begins again if its cursor is refused for good: nothing of the lost log stays', async () => {
    notifier.append(nodeAdded('lost'));
    open();
    await until(() => live.facts()?.length === 1, 'the first fact');
    notifier.send({ type: 'error', code: 'STREAM_REPLACED', message: 'another log', retryable: false });
    notifier.hangUp(4409);
    await until(() => notifier.asked.length === 2, 'another subscription');
    expect(notifier.asked).toEqual(['last:200', 'last:200']);
    await until(() => live.facts()?.length === 1, 'the facts of the new log');
    await until(() => live.received() === 1, 'the count of the new log alone');
  });

  it('keeps neither figures nor facts of a replaced log, even if they are ahead of the new one', async () => {
    notifier.append(nodeAdded('lost'), nodeAdded('lost too'), nodeAdded('and this'));
    const lost = notifier.head;
    let told = lost;
    origin.offset = () => told;
    origin.totals = { nodes: 3, relationships: 0 };
    open();
    await until(() => live.totals()?.nodes === 3, 'the figures of the old log');
    notifier.replace(nodeAdded('kept'));
    await until(() => live.logChange()?.code === 'STREAM_REPLACED', 'the news');
    await until(() => live.facts()?.length === 1, 'the new log');
    // The projector was not told yet: what it says is of the lost log.
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(live.totals()).toBeUndefined();
    expect(live.stats()).toBeUndefined();
    told = notifier.head;
    origin.totals = { nodes: 1, relationships: 0 };
    await until(() => live.totals()?.nodes === 1, 'the figures of the new log');
    expect(live.stats()?.offset).toBe(notifier.head);
  });

  it('shows an empty log as empty, also if it replaced a full one', async () => {
    notifier.append(nodeAdded('lost'));
    origin.totals = { nodes: 1, relationships: 0 };
    open();
    await until(() => live.totals()?.nodes === 1, 'the figures of the old log');
    origin.totals = { nodes: 0, relationships: 0 };
    notifier.replace();
    await until(() => live.facts()?.length === 0, 'the new log');
    await until(() => live.totals()?.nodes === 0, 'its figures');
  });

  it('asks again for an unknown graph, and begins with what exists then', async () => {
    notifier.append(nodeAdded('a'), nodeAdded('b'));
    open();
    await until(() => live.facts()?.length === 2, 'the log');
    notifier.send({ type: 'error', code: 'UNKNOWN_GRAPH', message: 'no such graph', retryable: false });
    notifier.hangUp(4404);
    await until(() => wordsForConnection() === 'refused: UNKNOWN_GRAPH', 'the refusal');
    await until(() => wordsForConnection() === 'live' && live.received() === 2, 'the graph', 5000);
    await until(() => live.facts()?.length === 2, 'no fact twice');
    expect(live.logChange()?.code).toBe('UNKNOWN_GRAPH');
  }, 8000);

  it('reports an analysis that ended while the log was followed, and none before', async () => {
    notifier.append(analysisStarted('old'), analysisCompleted('old'));
    open();
    await until(() => live.analysis() !== undefined, 'the facts');
    expect(live.ended()).toBeUndefined();
    notifier.append(analysisStarted('new'), analysisProgress('new', 50), analysisCompleted('new'));
    await until(() => live.ended()?.analysis.id === 'new', 'the end of one that was never seen running');
  });

  it('says why it was refused if trying again does not help', async () => {
    open();
    await until(() => live.facts() !== undefined, 'the log');
    notifier.send({ type: 'error', code: 'FORBIDDEN', message: 'not yours', retryable: false });
    notifier.hangUp(4403);
    await until(() => live.connection().kind === 'refused', 'the refusal');
    expect(wordsFor(live.connection())).toBe('refused: FORBIDDEN');
  });

  it('keeps what it shows when its token expires, and continues at its cursor with the next one', async () => {
    notifier.append(nodeAdded('a'));
    open();
    await until(() => live.facts()?.length === 1, 'the log');
    notifier.send({ type: 'error', code: 'UNAUTHORIZED', message: 'the token has expired', retryable: false });
    notifier.hangUp(4401);
    await until(() => wordsForConnection() === 'refused: UNAUTHORIZED', 'the refusal');
    expect(TestBed.inject(Session).isAskedFor()).toBeTrue();
    notifier.append(nodeAdded('b'));
    TestBed.inject(Session).signIn(['e30', btoa('{"role":"read"}'), 's'].join('.'));
    await until(() => wordsForConnection() === 'live' && live.facts()?.length === 2, 'the missed fact');
    expect(notifier.asked).toEqual(['last:200', at(1)]);
    expect(live.facts()?.map((fact) => seqOf(fact.offset))).toEqual([2, 1]);
  });

  it('handles 50,000 facts at once in bounded memory, painting once a frame', async () => {
    open();
    await until(() => live.facts() !== undefined, 'the log');
    let paints = 0;
    let frames = 0;
    let seen = live.facts();
    let storming = true;
    const watch = (): void => {
      frames += 1;
      if (live.facts() !== seen) {
        seen = live.facts();
        paints += 1;
      }
      if (storming) requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    for (let batch = 0; batch < 100; batch++) {
      notifier.append(...Array.from({ length: 500 }, (_, n) => nodeAdded(`n${String(batch)}-${String(n)}`)));
      if (batch % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    await until(() => live.received() === 50_000, 'every fact', 8000);
    storming = false;
    await until(() => live.facts()?.[0]?.offset === notifier.head, 'the newest fact');
    expect(live.facts()?.length).toBe(FACTS_KEPT);
    expect(paints).toBeLessThanOrEqual(frames + 1);
    expect(paints).toBeLessThan(100);
  });

  it('follows an analysis', async () => {
    open();
    notifier.append(analysisStarted('a1'));
    notifier.append(analysisProgress('a1', 40));
    await until(() => live.analysis()?.percentage === 40, 'progress');
    expect(live.analysis()?.outcome).toBe('running');
  });

  it('measures the round trip of a ping', async () => {
    open();
    await until(() => live.roundTripMs() !== undefined, 'a round trip');
    expect(live.roundTripMs()).toBeGreaterThanOrEqual(0);
  });

  it('drops one graph when another is opened', async () => {
    notifier.append(nodeAdded('a'));
    open();
    await until(() => live.facts()?.length === 1, 'the first fact');
    live.open('other');
    expect(live.facts()).toBeUndefined();
    expect(live.totals()).toBeUndefined();
    expect(live.graph()).toBe('other');
  });

  it('says that the log does not answer, while the notifier stays connected to a Redis that is frozen', async () => {
    origin.health = () => Promise.resolve({ status: 'degraded', services: { redis: { status: 'down', troubles: [] } }, version: '0' });
    open();
    await until(() => live.connection().kind === 'live' && live.standing().kind === 'stalled', 'the standing');
    expect(wordsFor(live.standing())).toBe('log does not answer');
  });

  it('shows list, counters and head of the same moment, however fast facts come', async () => {
    open();
    await until(() => live.followed(), 'the log');
    const seen: string[] = [];
    for (let round = 0; round < 40; round++) {
      notifier.append(nodeAdded(`n${String(round)}`));
      await new Promise((resolve) => setTimeout(resolve, 10));
      seen.push([live.facts()?.[0]?.offset ?? at(0), live.head(), at(live.received() ?? 0)].join());
    }
    await until(() => live.received() === 40, 'all facts');
    expect(seen.filter((each) => new Set(each.split(',')).size > 1)).toEqual([]);
  });
});

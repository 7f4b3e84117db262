import type { Offset } from '@graphtail/facts';
import { FakePlatform, type FakeConnection } from '../testing/fake-platform.ts';
import { errorFrame, factText, factsFrame, place, snapshotFrames, subscribedFrame } from '../testing/log.ts';
import type { ClientEvent } from './events.ts';
import type { ConnectOptions } from './options.ts';
import { Subscription } from './subscription.ts';

describe('the rules of a subscription', () => {
  let platform: FakePlatform;
  let events: ClientEvent[];

  beforeEach(() => {
    platform = new FakePlatform();
    events = [];
  });

  function open(options: Partial<ConnectOptions> = {}): Subscription {
    const subscription = new Subscription({ url: 'http://server', from: 'earliest', ...options }, platform);
    subscription.on((event) => events.push(event));
    return subscription;
  }

  function say(...frames: string[]): FakeConnection {
    const { current } = platform;
    for (const frame of frames) current.listener.text(frame);
    return current;
  }

  function fail(): number {
    platform.current.hangUp(1006);
    const waited = platform.nextTimerMs ?? -1;
    platform.advance(waited);
    return waited;
  }

  describe('coming back', () => {
    it('waits at most twice as long after each failure, up to 2 s, all of it at random', () => {
      platform.chance = 0.999_999;
      open({ transport: 'websocket' });
      expect(Array.from({ length: 7 }, fail)).toEqual([249, 499, 999, 1999, 1999, 1999, 1999]);
      platform.chance = 0;
      expect(fail()).toBe(0);
    });

    it('forgets the failures once a connection held for 5 s, and not before', () => {
      platform.chance = 0.999_999;
      open({ transport: 'websocket' });
      for (let i = 0; i < 5; i++) fail();
      say(subscribedFrame(0, 0, 'live'));
      platform.advance(4_000);
      expect(fail()).toBe(1999);
      say(subscribedFrame(0, 0, 'live'));
      platform.advance(5_000);
      expect(fail()).toBe(249);
    });

    it('[E2] comes back at once, give or take, where the server says that it restarts', () => {
      platform.chance = 0.999_999;
      open({ transport: 'websocket' });
      for (let i = 0; i < 5; i++) fail();
      say(subscribedFrame(0, 0, 'live'));
      platform.current.hangUp(1001);
      expect(platform.nextTimerMs).toBe(249);
    });

    it('waits as long as the server asks, and not much longer', () => {
      platform.chance = 0.999_999;
      open({ transport: 'sse' });
      for (let i = 0; i < 5; i++) fail();
      platform.current.hangUp(1006, 'busy', 7_000);
      expect(platform.nextTimerMs).toBe(7_249);
    });

    it('comes back at once, give or take, with a cursor that was refused given up; where that is refused too it waits longer and longer', () => {
      platform.chance = 0.999_999;
      open({ transport: 'websocket', onRefused: 'resnapshot' });
      for (let i = 0; i < 5; i++) fail();
      say(subscribedFrame(0, 3), factsFrame(0, 3), errorFrame('STREAM_REPLACED', false));
      expect(platform.nextTimerMs).toBe(249);
      platform.advance(249);
      say(errorFrame('CURSOR_TOO_OLD', false));
      expect(platform.nextTimerMs).toBe(1999);
    });

    it('does not wait on when the browser is online again', () => {
      platform.chance = 0.999_999;
      open({ transport: 'websocket' });
      for (let i = 0; i < 6; i++) fail();
      platform.current.hangUp(1006);
      expect(platform.nextTimerMs).toBe(1999);
      platform.setOnline(true);
      expect(platform.nextTimerMs).toBe(249);
    });

    it('gives up on a connection that does not get as far as subscribed within 10 s', () => {
      open();
      platform.current.listener.opened();
      platform.advance(10_000);
      expect(platform.connections[0]?.isOpen).toBeFalse();
      platform.advance(1_000);
      expect(platform.connections.length).toBe(2);
    });

    it('what an earlier connection still says changes nothing', () => {
      const subscription = open();
      const first = say(subscribedFrame(0, 3));
      first.hangUp(1006);
      platform.advance(250);
      say(subscribedFrame(0, 3));
      first.listener.text(factsFrame(0, 2));
      first.listener.text(errorFrame('FORBIDDEN', false));
      first.listener.closed(4403, '');
      expect(subscription.cursor).toBe(place(0));
      expect(subscription.state).toBe('replaying');
    });
  });

  describe('transports', () => {
    it('tries server-sent events where sockets fail twice, and stays with what got through', () => {
      open();
      for (let i = 0; i < 4; i++) fail();
      expect(platform.connections.map(({ via }) => via)).toEqual(['websocket', 'websocket', 'sse', 'websocket', 'sse']);
      say(subscribedFrame(0, 0, 'live'));
      fail();
      expect(platform.current.via).toBe('sse');
    });

    it('goes on with sockets where they got through before: it is the server that is away', () => {
      open();
      say(subscribedFrame(0, 0, 'live'));
      for (let i = 0; i < 4; i++) fail();
      expect(platform.connections.map(({ via }) => via)).toEqual(Array(5).fill('websocket'));
      fail();
      expect(platform.current.via).toBe('sse');
      say(subscribedFrame(0, 0, 'live'));
      fail();
      expect(platform.current.via).toBe('websocket');
    });
  });

  describe('cursors', () => {
    const progress = (prev: number, through: number): string =>
      JSON.stringify({ type: 'progress', prev: place(prev), through: place(through), head: place(9) });

    it('[S4a] follow what a filter left out', () => {
      const subscription = open({ types: ['node_added'] });
      say(subscribedFrame(0, 9), progress(0, 5), factsFrame(5, 6), progress(6, 9));
      expect(subscription.cursor).toBe(place(9));
      expect(subscription.gaps).toBe(0);
      expect(subscription.receipt).toBeUndefined();
    });

    it('[S4] follow nothing that skips facts: without a filter, progress over facts is a gap', () => {
      const subscription = open();
      say(subscribedFrame(0, 9), progress(0, 5));
      expect([subscription.cursor, subscription.gaps]).toEqual([place(0), 1]);
    });

    it('[S3a] are checked on progress as well', () => {
      const subscription = open({ types: ['node_added'] });
      say(subscribedFrame(0, 9), progress(4, 5));
      expect([subscription.cursor, subscription.gaps]).toEqual([place(0), 1]);
    });

    it('[S7] have to be at the end where the server says end, or it is a gap', () => {
      const subscription = open({ to: place(3) });
      say(subscribedFrame(0, 9), factsFrame(0, 2), JSON.stringify({ type: 'end', cursor: place(3) }));
      expect([subscription.state, subscription.gaps]).toEqual(['offline', 1]);
      platform.advance(250);
      say(subscribedFrame(2, 9), factsFrame(2, 3), JSON.stringify({ type: 'end', cursor: place(3) }));
      expect(subscription.state).toBe('ended');
    });

    it('[S13a] told by subscribed are no place to resume from while a state may still come instead of what is too old', () => {
      for (const from of [place(2), undefined]) {
        const subscription = open({ from, consumer: 'c', onTooOld: 'snapshot', transport: 'websocket' });
        say(subscribedFrame(5, 9));
        fail();
        expect(platform.current.query.get('from')).toBe(from === undefined ? null : 'snapshot');
        events = [];
        say(subscribedFrame(5, 9), ...snapshotFrames(5), factsFrame(5, 6));
        fail();
        expect(platform.current.query.get('from')).toBe(place(6));
        expect(events.filter(({ type }) => type === 'snapshot').length).toBe(1);
        void subscription.close();
      }
    });

    it('[S13a] that subscribed told, and that nothing followed, do not bind the next connection', () => {
      const subscription = open({ from: 'last:4', onTooOld: 'snapshot' });
      say(subscribedFrame(5, 9));
      fail();
      say(subscribedFrame(7, 11), factsFrame(7, 9));
      expect([subscription.cursor, subscription.gaps]).toEqual([place(9), 0]);
    });

    it('[S6] have to be where the server says that they have caught up, or it is a gap', () => {
      const subscription = open();
      say(subscribedFrame(0, 9), factsFrame(0, 2), JSON.stringify({ type: 'caught_up', cursor: place(3), head: place(3) }));
      expect([subscription.state, subscription.cursor, subscription.gaps]).toEqual(['offline', place(2), 1]);
    });

    it('[S5c] are not read from a snapshot whose digest or offset is another one at its end', () => {
      for (const [right, wrong] of [
        ['"0000000000000000"', '"0000000000000001"'],
        ['"as_of":"1-5"', '"as_of":"1-6"'],
      ] as const) {
        const subscription = open({ from: 'snapshot', transport: 'websocket' });
        const [begin = '', chunk = '', end = ''] = snapshotFrames(5);
        expect(end).toContain(right);
        say(subscribedFrame(5, 9), begin, chunk, end.replace(right, wrong));
        expect([subscription.cursor, subscription.state]).withContext(wrong).toEqual([undefined, 'offline']);
        void subscription.close();
      }
    });

    it('[C5a] that were asked for and not given are told, from the first connection on', () => {
      open({ from: place(2), onTooOld: 'earliest' });
      say(subscribedFrame(5, 9), factsFrame(5, 6));
      expect(events[0]).toEqual({ type: 'restarted', cursor: place(5), previous: place(2) });
    });

    it('are followed by single facts as well as by batches', () => {
      const subscription = open({ batch: false });
      const single = (after: number): string => `{"type":"cdc_event","prev":"${place(after)}",${factText(after + 1).slice(1)}`;
      say(subscribedFrame(0, 9), single(0), single(1));
      expect(platform.current.query.get('batch')).toBe('false');
      expect(events.flatMap((event) => (event.type === 'facts' ? event.raw : []))).toEqual([factText(1), factText(2)]);
      expect(subscription.receipt?.count).toBe(2);
      say(single(3));
      expect([subscription.cursor, subscription.gaps]).toEqual([place(2), 1]);
    });

    it('[S5c] are not read from a snapshot that is not what it says', () => {
      const subscription = open({ from: 'snapshot' });
      const [begin = '', chunk = '', end = ''] = snapshotFrames(5);
      say(subscribedFrame(5, 9), begin.replace('"node_count":0', '"node_count":1'), chunk, end);
      expect([subscription.cursor, subscription.state]).toEqual([undefined, 'offline']);
      platform.advance(250);
      expect(platform.current.query.get('from')).toBe('snapshot');
    });
  });

  describe('keeping alive', () => {
    it('pings every 30 s, tells how long the answer took, and leaves a peer that gives none within 10 s', () => {
      open({ transport: 'websocket' });
      const connection = say(subscribedFrame(0, 0, 'live'));
      platform.advance(30_000);
      expect(connection.said).toEqual(['ping']);
      platform.advance(40);
      say('{"type":"pong"}');
      expect(events.at(-1)).toEqual({ type: 'pong', rttMs: 40 });
      platform.advance(29_960);
      expect(connection.said).toEqual(['ping', 'ping']);
      platform.advance(10_000);
      expect(connection.isOpen).toBeFalse();
    });

    it('takes any frame as a sign of life: a pong may be queued behind a long replay', () => {
      open({ transport: 'websocket' });
      const connection = say(subscribedFrame(0, 9));
      platform.advance(30_000);
      platform.advance(1);
      say(factsFrame(0, 1));
      platform.advance(10_000);
      expect(connection.isOpen).toBeTrue();
    });

    it('leaves an event stream that was silent for three heartbeats', () => {
      open({ transport: 'sse' });
      const connection = say(subscribedFrame(0, 0, 'live'));
      platform.advance(30_000);
      expect(connection.isOpen).toBeTrue();
      platform.advance(30_000);
      expect(connection.isOpen).toBeFalse();
    });

    it('bears with an event stream that a proxy gathers: what was silent for too long may be silent for longer the next time', () => {
      open({ transport: 'sse' });
      const silences = [45_000, 90_000, 180_000, 180_000].map((ms) => {
        const { current } = platform;
        platform.advance(ms - 1);
        const bore = current.isOpen;
        platform.advance(1);
        const left = !current.isOpen;
        platform.advance(platform.nextTimerMs ?? 0);
        return bore && left;
      });
      expect(silences).toEqual([true, true, true, true]);
      const { current } = platform;
      say(subscribedFrame(0, 0, 'live'));
      platform.advance(150_000);
      expect(current.isOpen).toBeTrue();
    });

    it('asks the peer at once when the browser says that the network went', () => {
      open({ transport: 'websocket' });
      const connection = say(subscribedFrame(0, 0, 'live'));
      platform.setOnline(false);
      expect(connection.said).toEqual(['ping']);
      platform.advance(10_000);
      expect(connection.isOpen).toBeFalse();
    });
  });

  describe('receipts', () => {
    const caughtUp = (seq: number): string => JSON.stringify({ type: 'caught_up', cursor: place(seq), head: place(seq) });
    const heartbeat = (seq: number): string =>
      JSON.stringify({ type: 'heartbeat', head: place(seq), timestamp: '2026-01-31T12:00:00.123Z' });
    const turn = () => new Promise((resolve) => setImmediate(resolve));

    it('[P4] are compared in the background, at most every ten seconds, and told', async () => {
      const subscription = open({ transport: 'sse' });
      const asked: string[] = [];
      platform.receipt = ({ from, to }) => {
        asked.push(`${from} ${to}`);
        return Promise.resolve(asked.length < 3 ? subscription.receipt! : { from, to, count: 5, digest: 'another' });
      };
      say(subscribedFrame(0, 3), factsFrame(0, 3), caughtUp(3));
      await turn();
      say(heartbeat(3), factsFrame(3, 4), heartbeat(4));
      await turn();
      expect([asked, subscription.proved]).toEqual([['0-0 1-3'], place(3)]);
      for (const seq of [4, 5]) {
        platform.advance(10_000);
        say(factsFrame(seq, seq + 1), heartbeat(seq + 1));
        await turn();
      }
      const told = events.flatMap((event) => (event.type === 'receipt' ? [event.verdict.status] : []));
      expect(told).toEqual(['proved', 'proved', 'differs']);
      expect([asked.at(-1), subscription.proved]).toEqual(['0-0 1-6', place(5)]);
    });

    it('are not compared where a filter left facts out, nor where that is not wanted', async () => {
      platform.receipt = () => Promise.reject(new Error('nobody is to ask'));
      const spy = spyOn(platform, 'receipt').and.callThrough();
      for (const options of [{ types: ['node_added' as const] }, { prove: false }]) {
        const subscription = open({ transport: 'sse', ...options });
        say(subscribedFrame(0, 3), factsFrame(0, 3), caughtUp(3));
        await turn();
        void subscription.close();
      }
      expect(spy).not.toHaveBeenCalled();
    });
  });

  describe('refusals', () => {
    for (const code of [4400, 4401, 4403, 4404]) {
      it(`[E2a] ${String(code)} is final`, () => {
        const subscription = open();
        platform.current.hangUp(code);
        expect(subscription.state).toBe('refused');
        expect(platform.timers).toBe(0);
      });
    }

    it('[E1] tells what helps', () => {
      const subscription = open();
      say(errorFrame('LOG_TRUNCATED', false, { diverged_at: '1-4', resume_at: '1-4' }));
      expect(subscription.state).toBe('refused');
      const error = jasmine.objectContaining({ code: 'LOG_TRUNCATED', diverged_at: '1-4', resume_at: '1-4' });
      expect(events).toContain(jasmine.objectContaining({ type: 'error', error }));
      expect(events.at(-1)).toEqual(jasmine.objectContaining({ type: 'state', state: 'refused', error }));
    });

    it('[C4] takes CURSOR_IN_FUTURE as STREAM_REPLACED once it got it for 60 s', () => {
      const subscription = open({ transport: 'websocket', onRefused: 'earliest' });
      say(subscribedFrame(0, 3), factsFrame(0, 3));
      platform.current.hangUp(1001);
      const attempts = [];
      for (let elapsed = 0; subscription.received !== undefined && elapsed < 70_000;) {
        const waited = platform.nextTimerMs ?? 0;
        platform.advance(waited);
        elapsed += waited;
        attempts.push(platform.current.query.get('from'));
        say(errorFrame('CURSOR_IN_FUTURE', true));
        if (subscription.received === undefined) expect(elapsed).toBeGreaterThanOrEqual(60_000);
      }
      expect(new Set(attempts)).toEqual(new Set(['1-3']));
      platform.advance(5_000);
      expect(platform.current.query.get('from')).toBe('earliest');
    });

    it('[L10b] stops at damaged facts, and can be opened anew behind them', () => {
      const subscription = open();
      say(subscribedFrame(0, 3), factsFrame(0, 1), errorFrame('LOG_DAMAGED', false, { resume_at: '1-2' }));
      expect(subscription.state).toBe('refused');
      expect(events.at(-1)).toEqual(jasmine.objectContaining({ error: jasmine.objectContaining({ resume_at: '1-2' }) }));
      expect(platform.timers).toBe(0);
    });

    it('[L10b] goes on behind damaged facts by itself if it was to begin anew where it is refused, and tells which are missing', () => {
      const subscription = open({ onRefused: 'resnapshot', transport: 'websocket' });
      say(subscribedFrame(0, 3), factsFrame(0, 1), errorFrame('LOG_DAMAGED', false, { resume_at: '1-2' }));
      expect(events).toContain(jasmine.objectContaining({ type: 'damaged', cursor: place(1), through: place(2) }));
      platform.advance(250);
      expect(platform.current.query.get('from')).toBe('1-2');
      say(subscribedFrame(2, 3), factsFrame(2, 3));
      expect(subscription.cursor).toBe(place(3));
    });

    it('[L10a] takes facts that come garbled twice for damaged ones: it does not ask for them for ever', () => {
      const subscription = open({ transport: 'websocket' });
      const garbled =
        '{"type":"facts","graph":"g","prev":"1-1","through":"1-2","appended_at":"2026-01-31T12:00:00.000Z","facts":[\n{"off\n]}';
      say(subscribedFrame(0, 3), factsFrame(0, 1));
      say(garbled);
      expect(subscription.state).toBe('offline');
      platform.advance(5_000);
      say(subscribedFrame(1, 3));
      say(garbled);
      expect(subscription.state).toBe('refused');
      const error = jasmine.objectContaining({ code: 'LOG_DAMAGED', resume_at: place(2) });
      expect(events.at(-1)).toEqual(jasmine.objectContaining({ type: 'state', error }));
    });

    it('says where it begins anew, so that a folder starts over', () => {
      open({ onRefused: 'earliest' });
      say(subscribedFrame(0, 3), factsFrame(0, 3), errorFrame('STREAM_REPLACED', false));
      platform.advance(250);
      say(subscribedFrame(0, 1), factsFrame(0, 1));
      expect(events.slice(-3).map(({ type }) => type)).toEqual(['restarted', 'state', 'facts']);
      expect(events).toContain({ type: 'restarted', cursor: place(0), previous: place(3) });
    });

    it('forgets what was acknowledged of a log that is gone', () => {
      const subscription = open({ consumer: 'c', onRefused: 'resnapshot', transport: 'websocket' });
      say(subscribedFrame(0, 3), factsFrame(0, 3));
      platform.current.hangUp(1001);
      subscription.ack(place(3));
      platform.advance(250);
      say(errorFrame('STREAM_REPLACED', false));
      platform.advance(500);
      say(subscribedFrame(1, 1), ...snapshotFrames(1));
      expect(platform.current.said).toEqual([]);
      expect(subscription.cursor).toBe(place(1));
    });

    it('gives up where it is not its cursor that was refused but its end', () => {
      const subscription = open({ to: place(9), onRefused: 'resnapshot', transport: 'websocket' });
      say(subscribedFrame(0, 3), factsFrame(0, 3), errorFrame('LOG_TRUNCATED', false));
      platform.advance(500);
      expect(platform.current.query.get('from')).toBe('snapshot');
      say(errorFrame('LOG_TRUNCATED', false));
      expect(subscription.state).toBe('refused');
    });

    it('a cursor that the server moved to its earliest fact, as asked, is told likewise; unasked it is a gap', () => {
      for (const [onTooOld, told] of [['earliest', 'restarted'] as const, ['error', 'gap'] as const]) {
        const subscription = open({ onTooOld, transport: 'websocket' });
        say(subscribedFrame(0, 3), factsFrame(0, 3));
        fail();
        events = [];
        say(subscribedFrame(7, 9));
        expect(events[0]?.type).toBe(told);
        void subscription.close();
      }
    });

    it('[S11c][S11d] goes to where a seek moved its consumer, and gives way to a newer session of the name', () => {
      const subscription = open({ consumer: 'c', from: undefined });
      say(subscribedFrame(0, 3), factsFrame(0, 3), errorFrame('CONSUMER_REPLACED', true));
      platform.advance(250);
      expect(platform.current.query.has('from')).toBeFalse();
      say(subscribedFrame(1, 3));
      expect(events).toContain({ type: 'restarted', cursor: place(1), previous: place(3) });
      say(errorFrame('CONSUMER_REPLACED', false));
      expect(subscription.state).toBe('refused');
    });

    it('[V1] does not talk to a server of another protocol', () => {
      const subscription = open();
      say(subscribedFrame(0, 0).replace('"protocol":1', '"protocol":2'));
      expect(subscription.state).toBe('refused');
    });
  });

  describe('what the listener asks for', () => {
    it('[S8] a filter holds across reconnects', () => {
      const subscription = open({ types: ['node_added'], transport: 'websocket' });
      const connection = say(subscribedFrame(0, 3));
      subscription.filter({ entities: ['analysis'], path: 'src/**' });
      expect(connection.said).toEqual([{ action: 'filter', entity_types: ['analysis'], path: 'src/**' }]);
      fail();
      expect(Object.fromEntries(platform.current.query)).toEqual(jasmine.objectContaining({ entities: 'analysis', path: 'src/**' }));
      expect(platform.current.query.has('types')).toBeFalse();
    });

    it('[S8c] an event stream, which hears nothing, is opened anew with the filter', () => {
      const subscription = open({ transport: 'sse' });
      say(subscribedFrame(0, 3), factsFrame(0, 1));
      subscription.filter({ types: ['node_added'] });
      expect(platform.connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
      expect(platform.current.query.get('types')).toBe('node_added');
      expect(platform.current.query.get('from')).toBe('1-1');
    });

    it('[S8a] a pause holds across reconnects', () => {
      const subscription = open({ transport: 'websocket' });
      say(subscribedFrame(0, 3));
      subscription.pause();
      fail();
      say(subscribedFrame(0, 3));
      expect(platform.current.said).toEqual([{ action: 'pause' }]);
    });

    it('what a listener asks for while it is told something comes after that', () => {
      const subscription = open();
      const states: (Offset | undefined)[] = [];
      subscription.on((event) => {
        if (event.type === 'facts') void subscription.close();
      });
      subscription.on((event) => {
        if (event.type === 'facts') states.push(subscription.received);
      });
      say(subscribedFrame(0, 3), factsFrame(0, 2), factsFrame(2, 3));
      expect(states).toEqual([place(2)]);
      expect(subscription.state).toBe('ended');
    });

    it('close resolves whenever it is called', async () => {
      const subscription = open();
      await subscription.close();
      await subscription.close();
      expect(platform.timers).toBe(0);
    });
  });
});

import { FakePlatform, type FakeConnection } from '../testing/fake-platform.ts';
import { errorFrame, factsFrame, place, subscribedFrame } from '../testing/log.ts';
import type { ClientEvent } from './events.ts';
import type { ConnectOptions } from './options.ts';
import { Subscription } from './subscription.ts';
import { TokenKeeper, expiryOf } from './token.ts';

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Signed by nobody: a client can't check that. @param expiresAt milliseconds since 1970 */
function jwt(expiresAt: number, subject = 'ü'): string {
  return [base64url({ alg: 'HS256' }), base64url({ sub: subject, exp: expiresAt / 1000 }), 'signature'].join('.');
}

describe('a token', () => {
  it('tells when it expires, if it does', () => {
    expect(expiryOf(jwt(1_800_000_000_000))).toBe(1_800_000_000_000);
    const others = ['', 'secret', 'a.b.c', `a.${base64url({ sub: 'x' })}.c`, `a.${base64url({ exp: 'soon' })}.c`, `a.${base64url(null)}.c`];
    for (const text of others) expect(expiryOf(text)).withContext(text).toBeUndefined();
  });

  it('of a function is kept until it expires, and asked for once by those who wait for it', async () => {
    let asked = 0;
    const keeper = new TokenKeeper(async () => {
      await Promise.resolve();
      return jwt(1000 * ++asked);
    });
    expect(await Promise.all([keeper.current(0), keeper.current(0), keeper.renew()])).toEqual([jwt(1000), jwt(1000), jwt(1000)]);
    expect(keeper.current(999)).toBe(jwt(1000));
    expect(await keeper.current(1000)).toBe(jwt(2000));
  });

  it('of a function that answers at once is always the one that it has now', () => {
    let token: string | undefined = 'first';
    const keeper = new TokenKeeper(() => token);
    expect(keeper.current(0)).toBe('first');
    token = undefined; // signed out
    expect(keeper.current(0)).toBeUndefined();
  });

  it('of a function that fails is asked for again the next time', async () => {
    let asked = 0;
    const keeper = new TokenKeeper(() => (asked++ === 0 ? Promise.reject(new Error('not now')) : Promise.resolve('t')));
    await expectAsync(keeper.current(0) as Promise<string>).toBeRejectedWithError('not now');
    expect(await keeper.current(0)).toBe('t');
  });
});

describe('a subscription with a token', () => {
  let platform: FakePlatform;
  let events: ClientEvent[];
  let issued: number;
  /** Issues tokens that hold for this long. */
  let lifetimeMs: number;
  const issue = (): string => jwt(platform.date() + lifetimeMs, String(++issued));

  beforeEach(() => {
    platform = new FakePlatform();
    platform.chance = 0;
    events = [];
    issued = 0;
    lifetimeMs = 600_000;
  });

  function open(options: Partial<ConnectOptions> = {}): Subscription {
    const subscription = new Subscription({ url: 'http://server', from: 'earliest', transport: 'websocket', ...options }, platform);
    subscription.on((event) => events.push(event));
    return subscription;
  }

  function say(...frames: string[]): FakeConnection {
    const { current } = platform;
    for (const frame of frames) current.listener.text(frame);
    return current;
  }

  /** Lets time pass for a connection whose peer answers. */
  async function live(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      platform.advance(Math.min(left, 1_000));
      await turn();
      say('{"type":"pong"}');
    }
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  const subjectOf = (token: string | undefined): unknown =>
    (JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as { sub: unknown }).sub;
  const renewals = ({ said }: FakeConnection): unknown[] =>
    said.flatMap((each) => (typeof each === 'object' && each.action === 'authenticate' ? [subjectOf(each.token)] : []));

  it('[A4a] renews it in place a minute before it expires, again and again', async () => {
    open({ token: issue });
    const connection = say(subscribedFrame(0, 0, 'live'));
    expect(subjectOf(connection.token)).toBe('1');
    await live(539_999);
    expect(renewals(connection)).toEqual([]);
    await live(1);
    expect(renewals(connection)).toEqual(['2']);
    say('{"type":"authenticated","expires_at":"2026-01-31T00:19:00.000Z"}');
    expect(events.at(-1)).toEqual({ type: 'authenticated', expiresAt: '2026-01-31T00:19:00.000Z' });
    await live(540_000);
    expect([renewals(connection), connection.isOpen]).toEqual([['2', '3'], true]);
  });

  it('[A4a] renews one that holds for seconds in good time, and never in a hot loop', async () => {
    lifetimeMs = 4_000;
    open({ token: issue });
    const connection = say(subscribedFrame(0, 0, 'live'));
    await live(3_199);
    expect(renewals(connection)).toEqual([]);
    await live(1);
    expect(renewals(connection)).toEqual(['2']);
    lifetimeMs = 10;
    await live(10_000);
    expect(renewals(connection).length).toBeLessThan(12);
  });

  it('[A4] leaves one that has expired by its own clock to the server: clocks differ', () => {
    lifetimeMs = -3_600_000;
    open({ token: issue });
    const connection = say(subscribedFrame(0, 0, 'live'));
    platform.advance(20_000);
    expect([renewals(connection), issued]).toEqual([[], 1]);
  });

  it('renews one that holds for years without overrunning its timer', () => {
    lifetimeMs = 10 * 365 * 86_400_000;
    open({ token: issue });
    say(subscribedFrame(0, 0, 'live'));
    expect(platform.nextTimerMs).toBe(30_000);
    expect(Math.max(...platform.timersInMs)).toBeLessThan(2 ** 31);
  });

  it('[A4] comes back with its cursor and a fresh one, once, if the server refuses it', () => {
    const subscription = open({ token: issue });
    say(subscribedFrame(0, 3), factsFrame(0, 3), errorFrame('UNAUTHORIZED', false));
    expect(subscription.state).toBe('offline');
    platform.advance(2_000);
    expect([subjectOf(platform.current.token), platform.current.query.get('from')]).toEqual(['2', place(3)]);
    say(errorFrame('UNAUTHORIZED', false));
    expect([subscription.state, platform.timers]).toEqual(['refused', 0]);
  });

  it('[A4] comes back each time that a session expires, be it told by a frame, a close code or an answer', () => {
    const subscription = open({ token: issue });
    for (const refuse of [
      () => say(errorFrame('UNAUTHORIZED', false)),
      () => {
        platform.current.hangUp(4401);
      },
      () => {
        platform.current.listener.refused({ type: 'error', code: 'UNAUTHORIZED', message: 'expired', retryable: false });
      },
    ]) {
      say(subscribedFrame(0, 0, 'live'));
      refuse();
      expect(subscription.state).toBe('offline');
      platform.advance(2_000);
    }
    expect([subjectOf(platform.current.token), subscription.state]).toEqual(['4', 'connecting']);
  });

  it('[A4] gives up if the token is a fixed one, or forbids it', () => {
    const fixed = open({ token: 'secret' });
    say(errorFrame('UNAUTHORIZED', false));
    expect(fixed.state).toBe('refused');
    const forbidden = open({ token: issue });
    say(errorFrame('FORBIDDEN', false));
    expect(forbidden.state).toBe('refused');
  });

  it('[A4] tries one that it was given, and that the old session did not live to take', () => {
    const subscription = open({ token: 'old' });
    const connection = say(subscribedFrame(0, 3), factsFrame(0, 3));
    subscription.authenticate('new');
    expect(connection.said).toEqual([{ action: 'authenticate', token: 'new' }]);
    say(errorFrame('UNAUTHORIZED', false));
    platform.advance(2_000);
    expect([platform.current.token, platform.current.query.get('from')]).toEqual(['new', place(3)]);
    say(subscribedFrame(3, 3, 'live'));
    expect(subscription.state).toBe('live');
  });

  it('[A4] goes back to the one before if the server refuses the one that it was given, over sockets and event streams', () => {
    for (const transport of ['websocket', 'sse'] as const) {
      for (const refusals of [['UNAUTHORIZED', 'UNAUTHORIZED'], ['FORBIDDEN'], ['UNAUTHORIZED', 'FORBIDDEN']]) {
        const subscription = open({ transport, token: 'old' });
        say(subscribedFrame(0, 3), factsFrame(0, 3));
        subscription.authenticate('wrong');
        for (const code of refusals) {
          say(errorFrame(code, false));
          platform.advance(2_000);
        }
        expect([platform.current.token, platform.current.query.get('from')]).toEqual(['old', place(3)]);
        say(subscribedFrame(3, 3, 'live'));
        expect(subscription.state).toBe('live');
        say(errorFrame('UNAUTHORIZED', false));
        expect(subscription.state).toBe('refused');
      }
    }
  });

  it('[A4] gives up if the server refuses both the one that it was given and the one before', () => {
    const subscription = open({ token: 'old' });
    say(subscribedFrame(0, 3), factsFrame(0, 3));
    subscription.authenticate('wrong');
    for (let refusals = 0; refusals < 3; refusals++) {
      say(errorFrame('UNAUTHORIZED', false));
      platform.advance(2_000);
    }
    expect([subscription.state, platform.timers]).toEqual(['refused', 0]);
  });

  it('[A4] uses one that it was given while it is offline in the next attempt', () => {
    const subscription = open({ token: 'old' });
    say(subscribedFrame(0, 3), factsFrame(0, 3));
    platform.current.hangUp(1006);
    subscription.authenticate('new');
    platform.advance(2_000);
    expect([platform.current.token, platform.current.query.get('from')]).toEqual(['new', place(3)]);
    say(errorFrame('UNAUTHORIZED', false));
    expect(subscription.state).toBe('offline');
  });

  it('[A4] is final again once the server has taken what it was given', () => {
    const subscription = open({ token: 'old' });
    say(subscribedFrame(0, 0, 'live'));
    subscription.authenticate('new');
    say('{"type":"authenticated","expires_at":null}', errorFrame('UNAUTHORIZED', false));
    expect(subscription.state).toBe('refused');
  });

  it('[A4c] opens an event stream, or an attempt under way, again with it', () => {
    const subscription = open({ transport: 'sse', token: 'old' });
    subscription.authenticate('second');
    expect(platform.current.token).toBe('second');
    say(subscribedFrame(0, 3), factsFrame(0, 3));
    subscription.authenticate('third');
    expect([platform.current.token, platform.current.query.get('from')]).toEqual(['third', place(3)]);
    expect(platform.connections.map(({ isOpen }) => isOpen)).toEqual([false, false, true]);
  });

  it('that can not be had yet is waited for, with backoff; one that comes too late is not used', async () => {
    const answers: PromiseWithResolvers<string>[] = [];
    const subscription = open({
      token: () => {
        const answer = Promise.withResolvers<string>();
        answers.push(answer);
        return answer.promise;
      },
    });
    expect([platform.connections.length, subscription.state]).toEqual([0, 'connecting']);
    answers[0]?.reject(new Error('no network'));
    await turn();
    expect(subscription.state).toBe('offline');
    platform.advance(250);
    expect([subscription.state, answers.length]).toEqual(['connecting', 2]);
    await subscription.close();
    answers[1]?.resolve('late');
    await turn();
    expect([platform.connections.length, platform.timers]).toEqual([0, 0]);
  });
});

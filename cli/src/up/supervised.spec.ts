import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isAlive } from '@graphtail/runtime/folder';
import { Supervised, type SupervisedEvent } from './supervised.ts';

const CHILD = join(import.meta.dirname, 'fixtures/child.ts');

/** A supervised child and what was said of it; `next` waits for an event of a kind. */
function supervise(how: string) {
  const events: SupervisedEvent[] = [];
  const wake = new EventTarget();
  let child: ChildProcess | undefined;
  const supervised = new Supervised({
    silenceMs: 700,
    onEvent(event) {
      events.push(event);
      wake.dispatchEvent(new Event('event'));
    },
    spawn() {
      child = fork(CHILD, [how], { stdio: 'ignore' });
      return Promise.resolve(child);
    },
    listen(listened, pulse) {
      const onMessage = (message: unknown): void => (message === 'ready' ? pulse.ready() : pulse.alive());
      listened.on('message', onMessage);
      return () => listened.off('message', onMessage);
    },
  });
  let seen = 0;
  const next = async (kind: SupervisedEvent['kind']): Promise<SupervisedEvent> => {
    for (;;) {
      while (seen < events.length) {
        const event = events[seen++];
        if (event?.kind === kind) return event;
      }
      await once(wake, 'event');
    }
  };
  return { supervised, events, next, tell: (message: string) => child?.send(message) };
}

describe('a supervised process', () => {
  it('is restarted after a crash', async () => {
    const { supervised, next, tell } = supervise('well');
    supervised.start();
    await supervised.whenReady();
    const first = supervised.pid;
    tell('crash');
    expect(await next('ended')).toEqual(jasmine.objectContaining({ kind: 'ended', how: 'ended with 1' }));
    await next('ready');
    expect(supervised.pid).not.toBe(first);
    expect(supervised.restarts).toBe(1);
    await supervised.stop(1000);
  });

  it('is restarted at once if it had been running, and after a pause if it ends again at once', async () => {
    const { supervised, next, tell } = supervise('well');
    supervised.start();
    await supervised.whenReady();
    tell('crash');
    expect(await next('ended')).toEqual(jasmine.objectContaining({ restartInMs: 0 }));
    spyOn(Math, 'random').and.returnValue(0.5);
    await next('ready');
    tell('crash');
    expect(await next('ended')).toEqual(jasmine.objectContaining({ restartInMs: 200 }));
    await supervised.stop(1000);
  });

  it('is ended and restarted if its event loop does not turn', async () => {
    const { supervised, next, tell } = supervise('well');
    supervised.start();
    await next('ready');
    tell('hang');
    const event = await next('unresponsive');
    expect(event.kind === 'unresponsive' && event.forMs >= 700).toBeTrue();
    expect(await next('ended')).toEqual(jasmine.objectContaining({ how: 'was ended by SIGKILL' }));
    expect(await next('ready')).toEqual({ kind: 'ready', again: true });
    await supervised.stop(1000);
  });

  it('is ended and restarted if it is stopped', async () => {
    const { supervised, next } = supervise('well');
    supervised.start();
    await next('ready');
    process.kill(supervised.pid!, 'SIGSTOP');
    const event = await next('unresponsive');
    expect(event.kind === 'unresponsive' && event.forMs >= 700).toBeTrue();
    expect(await next('ready')).toEqual({ kind: 'ready', again: true });
    await supervised.stop(1000);
  });

  it('is given up if it keeps ending without ever being ready', async () => {
    const { supervised, events } = supervise('fails');
    supervised.start();
    await expectAsync(supervised.whenReady()).toBeRejectedWithError('ended with 3');
    expect(events.at(-1)).toEqual({ kind: 'gave_up', how: 'ended with 3' });
    await supervised.stop(100);
  });

  it('ends for good at stop, by force if it ignores the request', async () => {
    for (const how of ['well', 'deaf']) {
      const { supervised, events, next } = supervise(how);
      supervised.start();
      await next('ready');
      const pid = supervised.pid ?? 0;
      await supervised.stop(300);
      expect(isAlive(pid)).toBeFalse();
      expect(events.length).toBe(1);
    }
  });
});

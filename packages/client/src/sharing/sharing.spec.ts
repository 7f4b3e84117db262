import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FakeBrowser, type FakeTab } from '../../testing/fake-browser.ts';
import { place } from '../../testing/log.ts';
import { range } from '../../testing/scene.ts';

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

function expectWhole(browser: FakeBrowser, tab: FakeTab, from = 0): void {
  expect(tab.subscription.state).toBe('live');
  expect(tab.subscription.received).toBe(place(browser.head));
  expect(tab.seqs).toEqual(range(from, browser.head));
  expect(tab.events.filter(({ type }) => type === 'gap')).toEqual([]);
}

describe('tabs that share a connection', () => {
  let browser: FakeBrowser;

  beforeEach(() => {
    browser = new FakeBrowser();
    for (const count of [3, 1, 4]) browser.append(count);
  });

  async function opened(count: number): Promise<FakeTab[]> {
    const tabs = Array.from({ length: count }, () => browser.open(0));
    await browser.settle(4);
    return tabs;
  }

  it('are one subscriber to the server, and each gets every fact', async () => {
    const tabs = await opened(10);
    expect(browser.connections.length).toBe(1);
    browser.append(5);
    browser.append(2);
    await browser.settle(2);
    for (const tab of tabs) expectWhole(browser, tab);
    expect(browser.connections.length).toBe(1);
  });

  it('hand the connection on when the leader closes or crashes, without a state that is not live', async () => {
    const tabs = await opened(3);
    for (let left = tabs; left.length > 1; left = browser.living) {
      const leader = left.find(({ platform }) => platform.connections.some(({ isOpen }) => isOpen))!;
      const before = left.map(({ events }) => events.length);
      browser.append(2);
      browser.close(leader);
      browser.append(1);
      await browser.settle(2);
      for (const tab of browser.living) {
        expectWhole(browser, tab);
        const since = tab.events.slice(before[left.indexOf(tab)]);
        expect(since.some((event) => event.type === 'state' && event.state === 'offline')).toBeFalse();
      }
      expect(browser.connections.length).toBe(1);
    }
  });

  it('take the seat of a leader that hangs, and it comes back as a follower', async () => {
    const tabs = await opened(4);
    const leader = tabs.find(({ platform }) => platform.connections.some(({ isOpen }) => isOpen))!;
    leader.condition = 'hung';
    browser.append(3);
    await browser.settle(20);
    for (const tab of tabs) if (tab !== leader) expectWhole(browser, tab);
    browser.append(3);
    browser.wake(leader);
    await browser.settle(20);
    for (const tab of tabs) expectWhole(browser, tab);
    expect(browser.connections.length).toBe(1);
  });

  it('do not wait for a leader that is told that it is frozen', async () => {
    const tabs = await opened(3);
    const leader = tabs.find(({ platform }) => platform.connections.some(({ isOpen }) => isOpen))!;
    leader.freeze();
    browser.append(3);
    await browser.settle(1);
    for (const tab of tabs) if (tab !== leader) expectWhole(browser, tab);
  });

  it('reconnect together, through one connection, when the server restarts', async () => {
    const tabs = await opened(6);
    const opens = (): number => tabs.reduce((sum, { platform }) => sum + platform.connections.length, 0);
    const before = opens();
    browser.connections[0]!.hangUp(1001);
    while (browser.deliver(0));
    for (const tab of tabs) expect(tab.subscription.state).toBe('offline');
    await browser.settle(10);
    expect(opens() - before).toBe(1);
    browser.append(2);
    await browser.settle(2);
    for (const tab of tabs) expectWhole(browser, tab);
  });

  it('let one that pauses go its own way, and the others go on', async () => {
    const tabs = await opened(3);
    const leader = tabs.find(({ platform }) => platform.connections.some(({ isOpen }) => isOpen))!;
    leader.subscription.pause();
    browser.append(2);
    await browser.settle(3);
    expect(leader.platform.current.said).toContain({ action: 'pause' });
    for (const tab of tabs) expectWhole(browser, tab);
    expect(browser.connections.length).toBe(2);
    leader.subscription.resume();
    await browser.settle(4);
    expect(browser.connections.length).toBe(1);
  });

  it('have their pings answered, whoever has the connection', async () => {
    const tabs = await opened(2);
    for (const tab of tabs) tab.subscription.ping();
    await browser.settle(1);
    const [connection] = browser.connections;
    expect(connection?.said.filter((said) => said === 'ping').length).toBe(2);
    connection?.listener.text('{"type":"pong"}');
    connection?.listener.text('{"type":"pong"}');
    await browser.settle(1);
    for (const tab of tabs) expect(tab.events.filter(({ type }) => type === 'pong').length).toBe(1);
  });

  const token = (claims: object, signature = 's'): string => ['h', btoa(JSON.stringify(claims)), signature].join('.');

  it('do not share with a tab of other rights', async () => {
    browser.open(0, { token: token({ role: 'read', exp: 2e9 }) });
    browser.open(0, { token: token({ role: 'read', exp: 2.1e9 }) });
    browser.open(0, { token: token({ role: 'operate', exp: 2e9 }) });
    browser.open(0, { token: token({ role: 'read', graphs: ['g'], exp: 2e9 }) });
    await browser.settle(4);
    expect(browser.connections.length).toBe(3);
  });

  it('share only with a token that the server took from this very tab', async () => {
    await browser.settle(1);
    browser.open(0, { token: token({ role: 'read' }) });
    await browser.settle(2);
    const forged = browser.open(8, { token: token({ role: 'read' }, 'forged') });
    await quiet();
    expect(forged.platform.connections.length).toBe(1);
    forged.platform.current.listener.refused({ type: 'error', code: 'UNAUTHORIZED', message: 'no', retryable: false });
    forged.platform.current.hangUp(4401);
    browser.append(2);
    await browser.settle(4);
    expect(forged.subscription.state).toBe('refused');
    expect(forged.seqs).toEqual([]);
  });

  it('end the session of a follower whose token has expired, as the server would', async () => {
    const seconds = browser.open(0, { token: token({ role: 'read' }) }).platform.date() / 1000;
    await browser.settle(2);
    const follower = browser.open(0, { token: token({ role: 'read', exp: seconds + 6 }) });
    await browser.settle(4);
    expect(browser.connections.length).toBe(1);
    expect(follower.subscription.state).toBe('live');
    browser.advance(10_000);
    expect(follower.subscription.state).toBe('refused');
  });

  it('each end with every fact once and in order, and one connection, whatever happens to tabs, messages and connections', async () => {
    const happening = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('serve' as const), which: fc.nat(9) }) },
      { weight: 8, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(30) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), which: fc.integer({ min: 1, max: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), which: fc.integer({ min: 1, max: 3_000 }) }) },
      fc.record({
        kind: fc.constantFrom(
          'open' as const,
          'close' as const,
          'hang' as const,
          'freeze' as const,
          'wake' as const,
          'cut' as const,
          'lose' as const,
        ),
        which: fc.nat(9),
      }),
    );
    const property = fc.asyncProperty(
      fc.boolean(),
      fc.array(happening, { minLength: 10, maxLength: 60 }),
      async (isSettled, happenings) => {
        browser = new FakeBrowser();
        browser.append(3);
        const from = new Map<FakeTab, number>();
        const open = (at: number): void => void from.set(browser.open(at), at);
        for (let count = 0; count < 3; count++) open(0);
        if (isSettled) await browser.settle(3);
        for (const { kind, which } of happenings) {
          const tab = browser.living[which % Math.max(1, browser.living.length)];
          const connection = browser.connections[which % Math.max(1, browser.connections.length)];
          if (kind === 'serve' && connection !== undefined) browser.serve(connection);
          else if (kind === 'deliver') browser.deliver(which);
          else if (kind === 'lose') browser.lose(which);
          else if (kind === 'append') browser.append(which);
          else if (kind === 'wait') browser.advance(which);
          else if (kind === 'open') open(browser.batches[which] ?? 0);
          else if (kind === 'cut') connection?.hangUp(which % 2 === 0 ? 1001 : 1006);
          else if (tab !== undefined && kind === 'close') browser.close(tab);
          else if (tab?.condition === 'well' && kind === 'hang') tab.condition = 'hung';
          else if (tab?.condition === 'well' && kind === 'freeze') tab.freeze();
          else if (tab !== undefined && kind === 'wake') browser.wake(tab);
          await quiet();
        }
        for (const tab of browser.living) browser.wake(tab);
        await browser.settle();
        const found = browser.living.map(({ subscription: { state, gaps }, seqs }) => ({ state, gaps, seqs }));
        const right = browser.living.map((tab) => ({ state: 'live', gaps: 0, seqs: range(from.get(tab) ?? 0, browser.head) }));
        assert.deepEqual(found, right);
        assert.equal(browser.connections.length, Math.min(1, browser.living.length));
      },
    );
    await fc.assert(property, { numRuns: 300 });
    expect().nothing();
  });
});

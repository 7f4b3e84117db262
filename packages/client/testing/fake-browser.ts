import type { Platform } from '../src/platform.ts';
import type { ClientEvent } from '../src/events.ts';
import type { Message } from '../src/sharing/messages.ts';
import { sharedTransports } from '../src/sharing/shared-transport.ts';
import type { Tabs } from '../src/sharing/tabs.ts';
import { Subscription } from '../src/subscription.ts';
import { FakePlatform, type FakeConnection } from './fake-platform.ts';
import { factsFrame, place, seqOfPlace, subscribedFrame } from './log.ts';

type Request = { readonly tab: FakeTab; readonly take: () => Promise<void> | undefined; readonly reject: (error: Error) => void };
type Mail = { readonly from: FakeTab; readonly to: FakeTab; readonly listener: (message: Message) => void; readonly messages: Message[] };

/** One tab with a subscription. Whoever runs the browser decides when what reaches it. */
export class FakeTab implements Tabs {
  readonly platform = new FakePlatform();
  readonly events: ClientEvent[] = [];
  readonly subscription: Subscription;
  readonly #browser: FakeBrowser;
  readonly #frozen = new Set<() => void>();
  readonly listeners = new Map<string, Set<(message: Message) => void>>();
  /** `hung`: it runs nothing and holds what it has. `closed`: it is gone. */
  condition: 'well' | 'hung' | 'closed' = 'well';
  missedMs = 0;

  constructor(browser: FakeBrowser, from: number, options: { readonly token?: string | undefined } = {}) {
    this.#browser = browser;
    const { platform } = this;
    const shared: Platform = {
      now: () => platform.now(),
      date: () => platform.date(),
      random: () => platform.random(),
      timer: (ms, callback) => platform.timer(ms, callback),
      network: (listener) => platform.network(listener),
      receipt: platform.receipt,
      transports: sharedTransports(platform, 'http://server', this),
    };
    const start = from === 0 ? 'earliest' : place(from);
    this.subscription = new Subscription({ url: 'http://server', graph: 'g', from: start, transport: 'websocket', ...options }, shared);
    this.subscription.on((event) => this.events.push(event));
  }

  get seqs(): number[] {
    return this.events.flatMap((event) => (event.type === 'facts' ? event.facts.map((fact) => seqOfPlace(fact.offset)) : []));
  }

  readonly locks: Tabs['locks'] = {
    request: (name, { steal, signal }, take) =>
      new Promise((_resolve, reject) => {
        const request = { tab: this, take, reject };
        signal?.addEventListener('abort', () => {
          this.#browser.unqueue(name, request);
          reject(new Error('aborted'));
        });
        if (steal === true) this.#browser.steal(name, request);
        else this.#browser.queue(name, request);
      }),
  };

  channel(name: string, listener: (message: Message) => void): { say(message: Message): void; close(): void } {
    const mine = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, mine);
    mine.add(listener);
    return {
      say: (message) => {
        this.#browser.post(this, name, structuredClone(message));
      },
      close: () => mine.delete(listener),
    };
  }

  frozen(listener: () => void): () => void {
    this.#frozen.add(listener);
    return () => this.#frozen.delete(listener);
  }

  id(): string {
    return this.#browser.id();
  }

  /** As a browser freezes a tab: it is told first. */
  freeze(): void {
    for (const listener of [...this.#frozen]) listener();
    this.condition = 'hung';
  }
}

/** Tabs, locks, channels and a server with one log. Nothing moves until it is moved. */
export class FakeBrowser {
  readonly tabs: FakeTab[] = [];
  /** The last seq of each batch. */
  readonly batches: number[] = [];
  readonly #locks = new Map<string, { holder: Request | undefined; readonly queue: Request[] }>();
  readonly #mail: Mail[] = [];
  readonly #served = new Map<FakeConnection, { cursor: number; caughtUp: boolean; begun: boolean }>();
  #ids = 0;

  get head(): number {
    return this.batches.at(-1) ?? 0;
  }

  get living(): FakeTab[] {
    return this.tabs.filter(({ condition }) => condition !== 'closed');
  }

  /** The connections that the server has. */
  get connections(): FakeConnection[] {
    return this.tabs.flatMap(({ platform }) => platform.connections.filter(({ isOpen }) => isOpen));
  }

  id(): string {
    this.#ids += 1;
    return String(this.#ids);
  }

  open(from: number, options: { readonly token?: string | undefined } = {}): FakeTab {
    const tab = new FakeTab(this, from, options);
    this.tabs.push(tab);
    return tab;
  }

  append(count: number): void {
    this.batches.push(this.head + count);
  }

  /** Sends the next frame of a connection. False if there is none. */
  serve(connection: FakeConnection): boolean {
    const tab = this.tabs.find(({ platform }) => platform.connections.includes(connection));
    if (tab?.condition !== 'well' || !connection.isOpen) return false;
    const from = connection.query.get('from') ?? '';
    const state = this.#served.get(connection) ?? { cursor: from === 'earliest' ? 0 : seqOfPlace(from), caughtUp: false, begun: false };
    this.#served.set(connection, state);
    if (!state.begun) {
      state.begun = true;
      connection.listener.text(subscribedFrame(state.cursor, this.head));
      return true;
    }
    const next = this.batches.find((through) => through > state.cursor);
    if (next !== undefined) {
      const after = state.cursor;
      state.cursor = next;
      connection.listener.text(factsFrame(after, next));
      return true;
    }
    if (state.caughtUp) return false;
    state.caughtUp = true;
    connection.listener.text(JSON.stringify({ type: 'caught_up', cursor: place(state.cursor), head: place(this.head) }));
    return true;
  }

  /** Delivers the next message of one tab to another. False if there is none. */
  deliver(pick: number): boolean {
    const mail = this.#next(pick);
    const message = mail?.messages.shift();
    if (mail === undefined || message === undefined) return false;
    const stillListens = [...mail.to.listeners.values()].some((listeners) => listeners.has(mail.listener));
    if (stillListens) mail.listener(message);
    return true;
  }

  /** Loses the next message of one tab to another. Browsers do not, as far as is known. */
  lose(pick: number): void {
    this.#next(pick)?.messages.shift();
  }

  #next(pick: number): Mail | undefined {
    const ready = this.#mail.filter(({ to, messages }) => to.condition === 'well' && messages.length > 0);
    return ready[pick % Math.max(1, ready.length)];
  }

  close(tab: FakeTab): void {
    tab.condition = 'closed';
    for (const connection of tab.platform.connections) connection.close();
    for (const mail of this.#mail) if (mail.to === tab) mail.messages.length = 0;
    for (const [name, lock] of this.#locks) {
      lock.queue.splice(0, lock.queue.length, ...lock.queue.filter((request) => request.tab !== tab));
      if (lock.holder?.tab === tab) this.#release(name, lock.holder);
    }
  }

  advance(ms: number): void {
    for (const tab of this.living) {
      if (tab.condition === 'well') tab.platform.advance(ms);
      else tab.missedMs += ms;
    }
  }

  wake(tab: FakeTab): void {
    if (tab.condition !== 'hung') return;
    tab.condition = 'well';
    tab.platform.advance(tab.missedMs);
    tab.missedMs = 0;
    this.#grantAll();
  }

  /** Runs everything until nothing moves, and time with it. */
  async settle(turns = 40): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      let moved = true;
      while (moved) {
        moved = false;
        for (const connection of this.connections) while (this.serve(connection)) moved = true;
        while (this.deliver(0)) moved = true;
        await flushed();
      }
      this.advance(500);
      await flushed();
    }
  }

  post(from: FakeTab, name: string, message: Message): void {
    for (const to of this.living) {
      for (const listener of to.listeners.get(name) ?? []) {
        if (to === from) continue;
        let mail = this.#mail.find((each) => each.from === from && each.to === to && each.listener === listener);
        if (mail === undefined) this.#mail.push((mail = { from, to, listener, messages: [] }));
        mail.messages.push(message);
      }
    }
  }

  queue(name: string, request: Request): void {
    const lock = this.#locks.get(name) ?? { holder: undefined, queue: [] };
    this.#locks.set(name, lock);
    lock.queue.push(request);
    queueMicrotask(() => {
      this.#grant(name);
    });
  }

  unqueue(name: string, request: Request): void {
    const lock = this.#locks.get(name);
    const at = lock?.queue.indexOf(request) ?? -1;
    if (at >= 0) lock?.queue.splice(at, 1);
  }

  steal(name: string, request: Request): void {
    const lock = this.#locks.get(name) ?? { holder: undefined, queue: [] };
    this.#locks.set(name, lock);
    lock.holder?.reject(new Error('stolen'));
    lock.holder = undefined;
    lock.queue.unshift(request);
    queueMicrotask(() => {
      this.#grant(name);
    });
  }

  /** The browser grants a lock to a tab that hangs, too: its callback runs when it wakes. */
  #grant(name: string): void {
    const lock = this.#locks.get(name);
    if (lock === undefined) return;
    lock.holder ??= lock.queue.shift();
    this.#run(name, lock.holder);
  }

  #grantAll(): void {
    for (const [name, { holder }] of this.#locks) this.#run(name, holder);
  }

  readonly #ran = new WeakSet<Request>();

  #run(name: string, holder: Request | undefined): void {
    if (holder?.tab.condition !== 'well' || this.#ran.has(holder)) return;
    this.#ran.add(holder);
    const until = holder.take();
    void Promise.resolve(until).then(() => {
      this.#release(name, holder);
    });
  }

  #release(name: string, holder: Request): void {
    const lock = this.#locks.get(name);
    if (lock?.holder !== holder) return;
    lock.holder = undefined;
    this.#grant(name);
  }
}

async function flushed(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

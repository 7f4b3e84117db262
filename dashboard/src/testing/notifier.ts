import { connect, type ConnectOptions, type Subscription, type WebSocketLike } from '@graphtail/client';
import { addLanes, hashText, lanesToHex, offset, seqOf, ZERO, type Fact, type NewFact, type Offset } from '@graphtail/facts';
import { at, EPOCH, placed } from './facts.ts';

type Listeners = {
  open: () => void;
  error: () => void;
  message: (event: { data: unknown }) => void;
  close: (event: { code: number; reason: string }) => void;
};

/**
 * The server's end of a socket: a log in memory, sent in the frames of docs/PROTOCOL.md. The client is the real one; only the network is
 * missing.
 */
export class Notifier {
  #epoch = EPOCH;
  #log: { prev: Offset; through: Offset; facts: Fact[] }[] = [];
  readonly #sockets = new Set<PeerSocket>();
  head: Offset = at(0);
  /** Between what a subscriber is sent on arrival; 0: all at once. */
  pauseMs = 0;
  /** The `from` of each subscription so far. */
  readonly asked: string[] = [];

  readonly connect = (options: ConnectOptions): Subscription => {
    const subscribe = this.#subscribe.bind(this);
    const left = (socket: PeerSocket): boolean => this.#sockets.delete(socket);
    class Socket extends PeerSocket {
      constructor(url: string) {
        super(new URL(url), subscribe, left);
      }
    }
    return connect({ ...options, share: false, transport: 'websocket', WebSocket: Socket });
  };

  get facts(): Fact[] {
    return this.#log.flatMap(({ facts }) => facts);
  }

  append(...facts: readonly NewFact[]): void {
    this.appendAt(Date.now(), facts);
  }

  appendAt(time: number, facts: readonly NewFact[]): void {
    const prev = this.head;
    const first = seqOf(prev) + 1;
    const epoch = this.#epoch;
    const placing = (fact: NewFact, index: number): Fact => ({ ...placed(first, fact, time), offset: offset(epoch, first + index) });
    const batch = { prev, through: offset(epoch, seqOf(prev) + facts.length), facts: facts.map(placing) };
    this.head = batch.through;
    this.#log.push(batch);
    for (const socket of this.#sockets) socket.receive(factsFrame(batch));
  }

  send(frame: object): void {
    for (const socket of this.#sockets) socket.receive(JSON.stringify(frame));
  }

  /** Replaces the log by another one, as after FLUSHALL: its facts begin at #1 again, in a later epoch. Subscribers are told. */
  replace(...facts: readonly NewFact[]): void {
    const subscribers = [...this.#sockets];
    this.#epoch += 1;
    this.#log = [];
    this.#sockets.clear();
    this.head = at(0);
    if (facts.length > 0) this.append(...facts);
    for (const socket of subscribers) {
      socket.receive(JSON.stringify({ type: 'error', code: 'STREAM_REPLACED', message: 'another log', retryable: false }));
      queueMicrotask(() => socket.end(4409));
    }
  }

  /** The log's receipt of (from, to]. */
  receipt(from: Offset, to: Offset): { from: Offset; to: Offset; count: number; digest: string } {
    const facts = this.#log
      .flatMap((batch) => batch.facts)
      .filter((fact) => seqOf(fact.offset) > seqOf(from) && seqOf(fact.offset) <= seqOf(to));
    const digest = facts.reduce((sum, fact) => addLanes(sum, hashText(JSON.stringify(fact))), ZERO);
    return { from, to, count: facts.length, digest: lanesToHex(digest) };
  }

  /** Drops every connection, as a restarting server does. */
  hangUp(code = 1001): void {
    for (const socket of [...this.#sockets]) socket.end(code);
  }

  #subscribe(socket: PeerSocket, from: string): void {
    this.asked.push(from);
    const start = from.startsWith('last:') ? at(Math.max(0, seqOf(this.head) - Number(from.slice(5)))) : (from as Offset);
    socket.receive(
      JSON.stringify({ type: 'subscribed', protocol: 1, graph: 'g', cursor: start, earliest: at(1), head: this.head, mode: 'replay' }),
    );
    const frames: string[] = [];
    for (const batch of this.#log) {
      if (seqOf(batch.through) <= seqOf(start)) continue;
      const facts = batch.facts.filter((fact) => seqOf(fact.offset) > seqOf(start));
      frames.push(factsFrame({ ...batch, prev: facts.length < batch.facts.length ? start : batch.prev, facts }));
    }
    frames.push(JSON.stringify({ type: 'caught_up', cursor: this.head, head: this.head }));
    if (this.pauseMs === 0) for (const frame of frames) socket.receive(frame);
    else frames.forEach((frame, index) => setTimeout(() => socket.receive(frame), index * this.pauseMs));
    this.#sockets.add(socket);
  }
}

function factsFrame(batch: { prev: Offset; through: Offset; facts: readonly Fact[] }): string {
  const facts = batch.facts.map((fact) => JSON.stringify(fact)).join(',\n');
  const time = batch.facts.at(-1)?.timestamp ?? new Date().toISOString();
  return `{"type":"facts","graph":"g","prev":"${batch.prev}","through":"${batch.through}","appended_at":"${time}","facts":[\n${facts}\n]}`;
}

class PeerSocket implements WebSocketLike {
  readyState = 0;
  readonly bufferedAmount = 0;
  readonly #listeners: { [Type in keyof Listeners]: Listeners[Type][] } = { open: [], error: [], message: [], close: [] };
  readonly #left: (socket: PeerSocket) => void;

  constructor(url: URL, subscribe: (socket: PeerSocket, from: string) => void, left: (socket: PeerSocket) => void) {
    this.#left = left;
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      for (const listener of this.#listeners.open) listener();
      subscribe(this, url.searchParams.get('from') ?? 'latest');
    });
  }

  addEventListener<Type extends keyof Listeners>(type: Type, listener: Listeners[Type]): void {
    this.#listeners[type].push(listener);
  }

  send(text: string): void {
    if (text === 'ping') this.receive('{"type":"pong"}');
  }

  close(code = 1000): void {
    this.end(code);
  }

  receive(text: string): void {
    queueMicrotask(() => {
      if (this.readyState === 1) for (const listener of this.#listeners.message) listener({ data: text });
    });
  }

  end(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#left(this);
    for (const listener of this.#listeners.close) listener({ code, reason: '' });
  }
}

import { connect, type ConnectOptions, type Subscription, type WebSocketLike } from '@graphtail/client';
import { seqOf, type Fact, type NewFact, type Offset } from '@graphtail/facts';
import { at, placed } from './facts.ts';

type Listeners = {
  open: () => void;
  error: () => void;
  message: (event: { data: unknown }) => void;
  close: (event: { code: number; reason: string }) => void;
};

/**
 * The other end of a socket: a log in memory that is sent in the frames of docs/PROTOCOL.md. The client
 * on this end is the real one; only the network is left out.
 */
export class Notifier {
  readonly #log: { prev: Offset; through: Offset; facts: Fact[] }[] = [];
  readonly #sockets = new Set<PeerSocket>();
  head: Offset = at(0);
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
    return connect({ ...options, transport: 'websocket', WebSocket: Socket });
  };

  append(...facts: readonly NewFact[]): void {
    this.appendAt(Date.now(), facts);
  }

  appendAt(time: number, facts: readonly NewFact[]): void {
    const prev = this.head;
    const first = seqOf(prev) + 1;
    const batch = { prev, through: at(seqOf(prev) + facts.length), facts: facts.map((fact, index) => placed(first + index, fact, time)) };
    this.head = batch.through;
    this.#log.push(batch);
    for (const socket of this.#sockets) socket.receive(factsFrame(batch));
  }

  send(frame: object): void {
    for (const socket of this.#sockets) socket.receive(JSON.stringify(frame));
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
    for (const batch of this.#log) {
      if (seqOf(batch.through) <= seqOf(start)) continue;
      const facts = batch.facts.filter((fact) => seqOf(fact.offset) > seqOf(start));
      socket.receive(factsFrame({ ...batch, prev: facts.length < batch.facts.length ? start : batch.prev, facts }));
    }
    socket.receive(JSON.stringify({ type: 'caught_up', cursor: this.head, head: this.head }));
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

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandReader } from './redis-commands.ts';

/** Of the time between two times of handing on, this much is spent at it. */
const HANDING_ON = 0.1;

export type Direction = 'to_server' | 'to_client';

/** What the network does to the bytes that pass; nothing given: it passes them on. */
export type Weather = {
  /** Each piece is held up by so many ms. */
  readonly delayMs?: readonly [least: number, most: number];
  /** Nothing passes, and nothing is lost: peers see a full socket. */
  readonly stalled?: Direction | 'both';
  /** What is sent vanishes, and the connection seems to stand: a peer that is gone without a word. */
  readonly vanishing?: Direction | 'both';
  /** New connections are closed at once. */
  readonly refusing?: boolean;
  /** A proxy that gathers what comes to the client, and hands it on every so many ms. */
  readonly bufferingMs?: number;
};

/** What becomes of a Redis command: it passes, never arrives, or is carried out while its reply is lost; the last two end the connection. */
export type Fate = 'passes' | 'never_arrives' | 'loses_reply';
export type CommandHook = (words: readonly string[], client: string) => Fate | Promise<Fate>;

type Link = {
  readonly client: Socket;
  readonly server: Socket;
  readonly commands: CommandReader;
  /** As the client called itself by CLIENT SETNAME. */
  name: string;
  /** Bytes are missing: when the weather clears, its peers have to find out. */
  broken: boolean;
  losesReplies: boolean;
  /** Whatever is sent vanishes from now on, while new connections work. */
  swallowed: boolean;
};

export type ProxyOptions = {
  readonly port: number;
  /** Which bytes are Redis commands. */
  readonly redis?: boolean;
  readonly random?: () => number;
};

/** A TCP proxy on 127.0.0.1 that does to connections what networks do. */
export class FaultProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #options: ProxyOptions;
  readonly #links = new Set<Link>();
  #target: number;
  #weather: Weather = {};
  #changed = Promise.withResolvers<void>();
  #hook: CommandHook | undefined;

  private constructor(server: Server, options: ProxyOptions) {
    this.#server = server;
    this.#options = options;
    this.#target = options.port;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client: Socket) => this.#accept(client));
  }

  /** Listens on a free port, in front of `options.port`. */
  static async listen(options: ProxyOptions): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, options);
  }

  get connections(): number {
    return this.#links.size;
  }

  /** New connections go to this port from now on; those that stand stay where they are. */
  retarget(port: number): void {
    this.#target = port;
  }

  set(weather: Weather): void {
    this.#weather = weather;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    if (weather.vanishing !== undefined) return;
    for (const link of this.#links) if (link.broken) destroy(link);
  }

  clear(): void {
    this.#hook = undefined;
    this.set({});
  }

  /** Ends all connections, or those whose Redis clients' names begin so, without a farewell. Gives back how many. */
  cut(namePrefix = ''): number {
    const chosen = [...this.#links].filter((link) => link.name.startsWith(namePrefix));
    chosen.forEach(destroy);
    return chosen.length;
  }

  /** A firewall on the way forgets the connections that stand: no end is told, and nothing passes. New ones do. Gives back how many. */
  swallow(): number {
    for (const link of this.#links) link.swallowed = true;
    return this.#links.size;
  }

  /** Looks at each Redis command before it passes; undefined: no more. */
  onCommand(hook: CommandHook | undefined): void {
    this.#hook = hook;
  }

  async close(): Promise<void> {
    this.clear();
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    if (this.#weather.refusing === true) {
      client.destroy();
      return;
    }
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const link: Link = { client, server, commands: new CommandReader(), name: '', broken: false, losesReplies: false, swallowed: false };
    this.#links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => destroy(link));
      socket.once('close', () => {
        this.#links.delete(link);
        // The command is on its way: the server's end is closed in good order, so that it arrives.
        if (link.losesReplies && socket === client) server.end();
        else destroy(link);
      });
    }
    void this.#pump(link, 'to_server').catch(() => destroy(link));
    void this.#pump(link, 'to_client').catch(() => destroy(link));
  }

  async #pump(link: Link, direction: Direction): Promise<void> {
    const [from, to] = direction === 'to_server' ? [link.client, link.server] : [link.server, link.client];
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const judged = direction === 'to_server' && this.#options.redis === true ? await this.#judge(link, chunk) : { passes: chunk };
      await this.#passage(link, direction);
      if (direction === 'to_client' && link.losesReplies) break;
      if (link.swallowed) continue;
      if (this.#vanishes(direction)) link.broken = true;
      else if (judged.passes.length > 0 && !to.write(judged.passes)) await drained(to);
      if (judged.fate === 'never_arrives') throw new Error('the command never arrives');
      if (judged.fate === 'loses_reply') link.losesReplies = true;
    }
    if (link.losesReplies) link.client.destroy();
    else to.end();
  }

  /** The part of the bytes that passes, and what becomes of the connection after it. */
  async #judge(link: Link, chunk: Buffer): Promise<{ passes: Buffer; fate?: Fate }> {
    let fate: Fate = 'passes';
    let passes = 0;
    for (const { words, end } of link.commands.read(chunk)) {
      if (/^client$/i.test(words[0] ?? '') && /^setname$/i.test(words[1] ?? '')) link.name = words[2] ?? '';
      const its = this.#hook === undefined ? 'passes' : await this.#hook(words, link.name);
      if (its === 'never_arrives') return { passes: chunk.subarray(0, Math.max(0, passes)), fate: its };
      if (its === 'loses_reply') fate = its;
      passes = end;
    }
    return { passes: chunk, fate };
  }

  #vanishes(direction: Direction): boolean {
    return this.#weather.vanishing === direction || this.#weather.vanishing === 'both';
  }

  /** Resolves when the weather lets a piece pass. */
  async #passage(link: Link, direction: Direction): Promise<void> {
    const stalls = (): boolean => this.#weather.stalled === direction || this.#weather.stalled === 'both';
    while (stalls() && !link.client.destroyed) await this.#changed.promise;
    const { delayMs, bufferingMs } = this.#weather;
    if (delayMs !== undefined) await wait(delayMs[0] + (this.#options.random ?? Math.random)() * (delayMs[1] - delayMs[0]));
    if (bufferingMs === undefined || direction !== 'to_client') return;
    const gathered = Date.now() % bufferingMs;
    if (gathered > bufferingMs * HANDING_ON) await wait(bufferingMs - gathered);
  }
}

function destroy(link: Link): void {
  link.client.destroy();
  link.server.destroy();
}

/** Resolves when the socket takes more, or never will. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      socket.off('drain', over).off('close', over);
      resolve();
    };
    socket.on('drain', over).on('close', over);
  });
}

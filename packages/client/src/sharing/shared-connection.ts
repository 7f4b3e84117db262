import { compareOffsets, type Action, type ErrorFrame, type FrameOf, type Offset } from '@graphtail/facts';
import type { Platform } from '../platform.ts';
import { readFrame } from '../read-frame.ts';
import { expiryOf } from '../token.ts';
import { ABNORMAL, type Connection, type Listener } from '../transport.ts';
import { frontOf, type Front } from './front.ts';
import { Leading } from './leading.ts';
import type { Message, Welcome } from './messages.ts';
import { OwnConnection } from './own-connection.ts';
import { Seat } from './seat.ts';
import type { Channel, Tabs } from './tabs.ts';
import { Vigil } from './vigil.ts';

/** How often a follower looks after its leader, and a tab with a connection of its own asks to share again. */
const TURN_MS = 1_000;
/** The close code after which a client connects again at once. */
const AGAIN = 1001;
const EXPIRED: ErrorFrame = { type: 'error', code: 'UNAUTHORIZED', message: 'the token has expired', retryable: false };
const PONG = '{"type":"pong"}';

export type Sharing = {
  /** The name that the tabs of one subscription have in common. */
  readonly scope: string;
  readonly via: 'websocket' | 'sse';
  readonly token: string | undefined;
  /** Where the subscription is; undefined if only the server can say. */
  readonly cursor: Offset | undefined;
  /** Whether the server took this token before. A tab shares only what the server would give to it. */
  readonly isAccepted: boolean;
  accepted(): void;
  /** Whether another token has the rights of this scope. */
  isOfScope(token: string): boolean;
  /** Opens a connection to the server from a cursor; undefined: from where the subscription is to begin. */
  open(cursor: Offset | undefined, listener: Listener): Connection;
};

/**
 * One connection of a subscription, as its machine sees it. Behind it is a connection to the server, or the frames that the leading tab
 * hands on. The two change places at the tab's own cursor, and the machine checks every frame as always.
 */
export class SharedConnection implements Connection {
  readonly #sharing: Sharing;
  readonly #platform: Pick<Platform, 'now' | 'date' | 'timer'>;
  readonly #listener: Listener;
  readonly #id: string;
  readonly #channel: Channel;
  readonly #seat: Seat;
  readonly #vigil: Vigil;
  readonly #stopWatching: () => void;
  #stopTurns: () => void = () => undefined;
  /** The connection to the server; a follower has none. */
  #own: OwnConnection | undefined;
  /** Whether the machine got its `subscribed`. What begins after it has to continue the cursor. */
  #isSubscribed = false;
  #subscribed: FrameOf<'subscribed'> | undefined;
  #cursor: Offset | undefined;
  #live = false;
  #paused = false;
  #leading: Leading | undefined;
  /** Whose frames this tab follows. */
  #leader: string | undefined;
  #token: string | undefined;
  /** Pings of this tab that nobody answered yet. */
  #pings = 0;
  #isOver = false;

  constructor(sharing: Sharing, tabs: Tabs, platform: Pick<Platform, 'now' | 'date' | 'timer'>, listener: Listener) {
    this.#sharing = sharing;
    this.#platform = platform;
    this.#listener = listener;
    this.#token = sharing.token;
    this.#cursor = sharing.cursor;
    this.#id = tabs.id();
    this.#vigil = new Vigil(platform.now());
    this.#channel = tabs.channel(sharing.scope, (message) => {
      if (!this.#isOver) this.#hear(message);
    });
    this.#seat = new Seat(tabs.locks, sharing.scope, {
      taken: () => {
        if (this.#own === undefined) this.#open();
        else this.#lead();
      },
      lost: () => {
        this.#leading = undefined;
        this.#seat.queue();
      },
    });
    this.#stopWatching = tabs.frozen(() => {
      this.#end(AGAIN, 'frozen'); // a frozen tab would pile up what it is sent; it goes on from its cursor
    });
    this.#seat.queue();
    if (sharing.isAccepted && this.#cursor !== undefined) this.#join();
    else this.#open();
    this.#turns();
  }

  send(action: Action | 'ping'): void {
    if (this.#isOver) return;
    if (action === 'ping') this.#ping();
    else if (action.action === 'pause') this.#stepAside();
    else if (action.action === 'resume') this.#stepBack();
    else if (action.action === 'filter') this.#end(AGAIN, 'filter');
    else if (action.action === 'authenticate') this.#authenticate(action);
    else this.#own?.send(action);
  }

  close(_code: number, reason: string): void {
    this.#end(ABNORMAL, reason);
  }

  /** Opens a connection to the server, from the cursor if there is one. */
  #open(): void {
    const from = this.#isSubscribed ? this.#cursor : undefined;
    this.#leader = undefined;
    this.#own = new OwnConnection(this.#sharing.via, (listener) => this.#sharing.open(from, listener), this.#platform, {
      opened: () => {
        this.#listener.opened();
      },
      text: (text, front) => {
        this.#receive(text, front);
      },
      pong: (who) => {
        if (who === this.#id) this.#pong();
        else this.#say({ kind: 'pong', by: this.#id, to: who });
      },
      refused: (error) => {
        this.#listener.refused(error);
      },
      closed: (code, reason, retryAfterMs) => {
        if (this.#seat.held) this.#say({ kind: 'lost', by: this.#id, code, retryAfterMs }); // nobody has a connection now
        this.#end(code, reason, retryAfterMs);
      },
    });
  }

  /** A frame of the own connection. */
  #receive(text: string, front: Front | undefined): void {
    if (front?.type === 'subscribed') {
      this.#begin(text);
      return;
    }
    this.#note(text, front);
    const isNext = front?.prev === undefined || front.prev === this.#cursor;
    if (front?.through !== undefined && isNext) this.#cursor = front.through;
    this.#listener.text(text);
    if (front !== undefined && isNext) this.#leading?.frame(front, text);
    if (front?.type === 'caught_up' || front?.type === 'snapshot_end') this.#shareOrLead();
  }

  #note(text: string, front: Front | undefined): void {
    if (front?.type === 'caught_up') this.#live = true;
    if (front?.type === 'fell_behind') this.#live = false;
    if (front?.type === 'snapshot_begin') {
      this.#cursor = undefined;
      this.#leading = undefined;
    }
    if (front?.type === 'snapshot_end') {
      const received = readFrame(text);
      if (received.kind === 'frame' && received.frame.type === 'snapshot_end') this.#cursor = received.frame.as_of;
    }
  }

  #begin(text: string): void {
    const received = readFrame(text);
    const frame = received.kind === 'frame' && received.frame.type === 'subscribed' ? received.frame : undefined;
    if (frame !== undefined) this.#sharing.accepted();
    this.#subscribed = frame;
    this.#live = frame?.mode === 'live';
    if (!this.#isSubscribed) {
      this.#isSubscribed = true;
      this.#cursor = frame?.cursor;
      this.#listener.text(text);
    } else if (frame === undefined || frame.cursor !== this.#cursor) {
      this.#end(AGAIN, 'elsewhere');
    } else {
      if (this.#paused) this.#own?.send({ action: 'pause' });
      if (!this.#live) this.#tell({ type: 'fell_behind', cursor: frame.cursor, head: frame.head });
      for (let count = this.#pings; count > 0; count--) this.#own?.ping(this.#id);
    }
    this.#shareOrLead();
  }

  #shareOrLead(): void {
    if (this.#seat.held) this.#lead();
    else if (this.#live && !this.#paused) this.#join();
  }

  #lead(): void {
    const cursor = this.#cursor;
    if (this.#paused || this.#leading !== undefined || this.#subscribed === undefined || cursor === undefined) return;
    this.#leading = new Leading(this.#id, this.#subscribed, { cursor, live: this.#live }, (message) => {
      this.#say(message);
    });
  }

  #join(): void {
    if (this.#cursor !== undefined) this.#say({ kind: 'join', by: this.#id, cursor: this.#cursor });
  }

  /** Another leads now, or something that the leader handed on did not arrive. */
  #rejoin(): void {
    if (this.#own === undefined || (this.#live && !this.#paused)) this.#join();
  }

  #hear(message: Message): void {
    if ('to' in message && message.to !== this.#id) return;
    switch (message.kind) {
      case 'join':
      case 'probe':
        if (this.#leading !== undefined) this.#leading.answer(message);
        else if (this.#seat.held) this.#say({ kind: 'wait', by: this.#id });
        return;
      case 'ping':
        if (this.#leading !== undefined) this.#own?.ping(message.by);
        return;
      case 'welcome':
        this.#follow(message.by, message);
        return;
      case 'elsewhere':
        if (this.#own === undefined) this.#open();
        return;
      case 'wait':
        this.#vigil.heard(this.#platform.now(), false);
        return;
      case 'alive':
        if (message.by === this.#leader) this.#vigil.heard(this.#platform.now(), true);
        if (message.by !== this.#leader || message.cursor !== this.#cursor) this.#rejoin();
        return;
      case 'lead':
        this.#rejoin();
        return;
      case 'frame':
        if (message.by !== this.#leader) return;
        this.#vigil.heard(this.#platform.now(), true);
        this.#take(message.text);
        return;
      case 'pong':
        this.#pong();
        return;
      case 'lost':
        if (this.#own !== undefined || (this.#leader ?? message.by) !== message.by) return;
        this.#end(message.code === AGAIN ? AGAIN : ABNORMAL, 'lost', message.retryAfterMs);
        return;
    }
  }

  /** Goes on with what the leader hands on, and lets go of the own connection. */
  #follow(leader: string, { protocol, graph, earliest, head, live, frames }: Welcome): void {
    const cursor = this.#cursor;
    if (this.#seat.held || this.#paused || cursor === undefined) return;
    this.#leaveOwn();
    this.#leader = leader;
    this.#vigil.heard(this.#platform.now(), true);
    const isLate = !this.#isSubscribed || !this.#live || frames.length > 0;
    if (!this.#isSubscribed) {
      this.#isSubscribed = true;
      this.#listener.opened();
      this.#tell({ type: 'subscribed', protocol, graph, cursor, earliest, head, mode: 'replay' });
    }
    this.#live = live;
    for (const text of frames) this.#take(text);
    if (live && isLate && this.#leader === leader && !this.#isOver) this.#tell({ type: 'caught_up', cursor: this.#cursor ?? cursor, head });
    for (let count = this.#pings; count > 0; count--) this.#say({ kind: 'ping', by: this.#id });
  }

  /** A frame that the leader handed on. */
  #take(text: string): void {
    const front = frontOf(text);
    if (this.#isOver || this.#leader === undefined || front === undefined) return;
    if (front.type === 'caught_up' && front.cursor !== this.#cursor) {
      this.#rejoin();
      return;
    }
    if (front.through !== undefined && this.#cursor !== undefined) {
      if (compareOffsets(front.through, this.#cursor) <= 0) return; // the own connection was ahead
      if (front.prev !== this.#cursor) {
        this.#open(); // something is missing: the server has it
        return;
      }
      this.#cursor = front.through;
    }
    this.#note(text, front);
    this.#listener.text(text);
  }

  #ping(): void {
    this.#pings += 1;
    if (this.#own === undefined) this.#say({ kind: 'ping', by: this.#id });
    else this.#own.ping(this.#id);
  }

  #pong(): void {
    this.#pings = Math.max(0, this.#pings - 1);
    this.#listener.text(PONG);
  }

  /** The tab wants nothing for a while. The others go on without it. */
  #stepAside(): void {
    this.#paused = true;
    this.#leading = undefined;
    this.#seat.leave();
    if (this.#own === undefined) this.#open();
    else this.#own.send({ action: 'pause' });
  }

  #stepBack(): void {
    this.#paused = false;
    this.#own?.send({ action: 'resume' });
    this.#seat.queue();
  }

  /** The server judges a new token, on a connection of this tab. */
  #authenticate(action: Extract<Action, { action: 'authenticate' }>): void {
    if (this.#own === undefined || !this.#sharing.isOfScope(action.token)) {
      this.#end(AGAIN, 'token');
      return;
    }
    this.#token = action.token;
    this.#own.send(action);
  }

  #turns(): void {
    this.#stopTurns = this.#platform.timer(TURN_MS, () => {
      if (this.#own === undefined) this.#lookAfterLeader();
      else if (!this.#seat.held) this.#shareOrLead();
      if (!this.#isOver) this.#turns();
    });
  }

  #lookAfterLeader(): void {
    const expiry = this.#token === undefined ? undefined : expiryOf(this.#token);
    if (expiry !== undefined && expiry <= this.#platform.date()) {
      this.#listener.refused(EXPIRED); // as the server does with a connection of this token
      this.#end(ABNORMAL, EXPIRED.message);
      return;
    }
    const verdict = this.#vigil.judge(this.#platform.now());
    if (verdict === 'ask') this.#say({ kind: 'probe', by: this.#id });
    if (verdict === 'gone') this.#seat.steal();
    if (verdict === 'cut off') this.#end(ABNORMAL, 'no connection');
  }

  #leaveOwn(): void {
    const own = this.#own;
    this.#own = undefined;
    own?.close();
  }

  #end(code: number, reason: string, retryAfterMs?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leading = undefined;
    this.#stopTurns();
    this.#stopWatching();
    this.#leaveOwn();
    this.#seat.leave();
    this.#channel.close();
    this.#listener.closed(code, reason, retryAfterMs);
  }

  #tell(frame: FrameOf<'subscribed' | 'caught_up' | 'fell_behind'>): void {
    if (!this.#isOver) this.#listener.text(JSON.stringify(frame));
  }

  #say(message: Message): void {
    if (!this.#isOver) this.#channel.say(message);
  }
}

import { DestroyRef, Service, computed, effect, inject, signal, untracked } from '@angular/core';
import type { ClientEvent, From, Stats, Subscription } from '@graphtail/client';
import { CURSOR_CODES, type Code, type ErrorFrame, type Fact, type Offset } from '@graphtail/facts';
import { Session } from '../access/session.ts';
import { API, asksForToken, reasonOf } from '../api/api.ts';
import { Clock } from '../format/clock.ts';
import { HealthFeed } from '../health/health-feed.ts';
import { afterFact, type Analysis, type EndedAnalysis } from './analysis.ts';
import { CONNECT } from './connect.ts';
import { connectionOf, type Connection } from './connection.ts';
import { Counts, type Totals } from './counts.ts';
import { FactRate } from './fact-rate.ts';
import type { LogChange } from './log-change.ts';
import { Paint } from './paint.ts';
import { Prover } from './prover.ts';
import { RecentFacts } from './recent-facts.ts';
import { StatsFeed } from './stats-feed.ts';

/** The number of facts in the event log when the page opens. */
const ON_LOAD = 'last:200';
const PAINTED_EVERY_MS = 250;
const PING_MS = 15_000;
/** An unknown graph may be registered again: ingest does so after FLUSHALL. */
const UNKNOWN_GRAPH_MS = 3_000;

/**
 * The state of the page, according to the stream. Arriving facts change plain structures. The signals that the screen shows are all set
 * together, at most four times a second: many facts cost no more repaints than few, and list, counters and head always agree.
 */
@Service()
export class Live {
  readonly #api = inject(API);
  readonly #clock = inject(Clock);
  readonly #connect = inject(CONNECT);
  readonly #session = inject(Session);
  readonly #health = inject(HealthFeed);

  readonly #counts = new Counts();
  readonly #rate = new FactRate();
  readonly #recent = new RecentFacts();
  readonly #paint = new Paint(() => this.#show(), PAINTED_EVERY_MS);
  readonly #prover = new Prover(() => this.#subscription);

  #subscription: Subscription | undefined;
  #unsubscribe: (() => void) | undefined;
  #stats: StatsFeed | undefined;
  #pinging: ReturnType<typeof setInterval> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #replayBegin: Offset | undefined;
  #wasLive = false;
  /** The log was read to its head once, so later facts are new. */
  #followed = false;
  #analysisNow: Analysis | undefined;
  #endedNow: EndedAnalysis | undefined;
  #lastFact: number | undefined;
  #received = 0;
  /** How many of them the screen shows. */
  #painted = 0;

  /** The graph that is shown; undefined before one is known. */
  readonly graph = signal<string | undefined>(undefined);
  readonly openedAt = signal(Date.now());
  readonly connection = signal<Connection>({ kind: 'connecting' });
  /** The connection as a person should see it: a notifier stays connected while the log behind it does not answer. */
  readonly standing = computed<Connection>(() => {
    const connection = this.connection();
    return connection.kind === 'live' && this.#health.isLogAway() ? { kind: 'stalled' } : connection;
  });
  /** When the connection was lost, ms; undefined while there is one. */
  readonly offlineSince = signal<number | undefined>(undefined);
  /** Server-sent events are used if WebSockets fail. They support everything except pings. */
  readonly transport = signal<Subscription['transport']>('websocket');
  readonly cursor = signal<Offset | undefined>(undefined);
  readonly head = signal<Offset | undefined>(undefined);
  /** Facts received since the page was opened, including the first ones of the event log. */
  readonly received = signal<number | undefined>(undefined);
  readonly totals = signal<Totals | undefined>(undefined);
  /** The first totals that this page knew; the shown growth is relative to them. */
  readonly totalsAtFirst = signal<Totals | undefined>(undefined);
  readonly totalsAsOf = signal<Offset | undefined>(undefined);
  /** Facts per second now, and over two minutes, oldest first. */
  readonly rate = signal<number | undefined>(undefined);
  readonly rates = signal<readonly number[]>(this.#rate.history(Date.now()));
  /** Time of the newest fact, ms. */
  readonly lastFactAt = signal<number | undefined>(undefined);
  /** Whether the received facts equal the log's, by the last compared receipt. */
  readonly proof = this.#prover.proof;
  readonly roundTripMs = signal<number | undefined>(undefined);
  /** Newest first, bounded. Undefined until the log has been read once. */
  readonly facts = signal<readonly Fact[] | undefined>(undefined);
  /** Whether the facts reach the head of the time when the page was opened; before that, the list is incomplete. */
  readonly followed = signal(false);
  readonly analysis = signal<Analysis | undefined>(undefined);
  /** The last analysis that ended while the page followed the log, however short it was. */
  readonly ended = signal<EndedAnalysis | undefined>(undefined);
  /** Why received facts were dropped; undefined if they never were, or after the message was dismissed. */
  readonly logChange = signal<LogChange | undefined>(undefined);
  /** Number of logs read since the page was opened. An offset of one log means nothing in the next. */
  readonly reading = signal(0);
  readonly stats = signal<Stats | undefined>(undefined);
  readonly statsError = signal<string | undefined>(undefined);

  constructor() {
    effect(() => {
      this.#clock.now(); // a rate falls to zero by time alone
      this.#paint.request();
    });
    effect(() => {
      const token = this.#session.token();
      if (token !== undefined) untracked(() => this.#renew(token));
    });
    inject(DestroyRef).onDestroy(() => this.close());
  }

  /** Shows another graph, and drops the one before. */
  open(graph: string): void {
    if (this.graph() === graph) return;
    this.close();
    this.graph.set(graph);
    this.openedAt.set(Date.now());
    this.#stats = new StatsFeed(() => this.#api.stats({ graph }), {
      stats: (stats) => this.#anchored(stats),
      failed: (error) => {
        if (asksForToken(error)) this.#session.refused(error.message);
        this.statsError.set(reasonOf(error, 'The figures could not be read'));
      },
    });
    this.#stats.want(undefined);
    this.#subscribe(graph);
    this.#pinging = setInterval(() => {
      if (!document.hidden) this.ping();
    }, PING_MS);
  }

  close(): void {
    clearInterval(this.#pinging);
    clearTimeout(this.#again);
    this.#stats?.close();
    this.#unsubscribe?.();
    void this.#subscription?.close();
    this.#subscription = undefined;
    this.#forget();
    this.graph.set(undefined);
    this.logChange.set(undefined);
    this.stats.set(undefined);
    this.statsError.set(undefined);
  }

  ping(): void {
    if (this.#subscription?.state === 'live') this.#subscription.ping();
  }

  /** A live session continues with the new token. A refused one is opened again at its cursor, so no fact is missed. */
  #renew(token: string): void {
    const graph = this.graph();
    const subscription = this.#subscription;
    if (graph === undefined || subscription === undefined) return;
    if (subscription.state !== 'refused') {
      subscription.authenticate(token);
      return;
    }
    this.#replayBegin = subscription.cursor;
    this.#wasLive = false;
    this.#subscribe(graph, subscription.cursor);
  }

  /** A page that is busy drawing would measure its own delay. */
  #pingWhenIdle(): void {
    requestIdleCallback(() => this.ping(), { timeout: 2000 });
  }

  /** Retries at once instead of later. */
  retry(): void {
    const graph = this.graph();
    if (graph === undefined) return;
    this.close();
    this.open(graph);
  }

  #subscribe(graph: string, from: From = ON_LOAD): void {
    clearTimeout(this.#again);
    this.#unsubscribe?.();
    void this.#subscription?.close();
    this.connection.set({ kind: 'connecting' });
    const subscription = this.#connect({ url: location.origin, graph, from, token: untracked(this.#session.token), share: true });
    this.#subscription = subscription;
    this.#unsubscribe = subscription.on((event) => this.#take(event));
  }

  /** The log is another one, or a part of it is void, so nothing received can be kept. */
  #startAnew(why?: ErrorFrame): void {
    const graph = this.graph();
    if (graph === undefined) return;
    // If nothing was received, there is nothing to report.
    if (why !== undefined && this.#counts.asOf !== undefined) {
      this.logChange.set({ code: why.code, divergedAt: why.diverged_at, at: Date.now() });
    }
    this.#forget();
    this.stats.set(undefined);
    this.#stats?.forget();
    this.#subscribe(graph);
  }

  #forget(): void {
    this.#counts.clear();
    this.#rate.clear();
    this.#recent.clear();
    this.#paint.cancel();
    this.#prover.clear();
    this.#replayBegin = undefined;
    this.#wasLive = false;
    this.#followed = false;
    this.#analysisNow = undefined;
    this.#endedNow = undefined;
    this.#lastFact = undefined;
    this.#received = 0;
    this.#painted = 0;
    this.facts.set(undefined);
    this.followed.set(false);
    this.analysis.set(undefined);
    this.ended.set(undefined);
    this.reading.update((count) => count + 1);
    this.cursor.set(undefined);
    this.head.set(undefined);
    this.received.set(undefined);
    this.totals.set(undefined);
    this.totalsAtFirst.set(undefined);
    this.rate.set(undefined);
    this.lastFactAt.set(undefined);
    this.roundTripMs.set(undefined);
  }

  #take(event: ClientEvent): void {
    switch (event.type) {
      case 'facts':
        this.#fold(event.prev, event.facts, event.through, Date.parse(event.appendedAt));
        break;
      case 'caught_up':
        this.#wasLive = true;
        this.#followed = true;
        this.#counts.add(event.cursor, [], event.cursor);
        this.#stats?.want(event.cursor);
        break;
      case 'state':
        if (event.state === 'live') {
          this.#pingWhenIdle();
          this.#prover.request();
        }
        if (event.state === 'refused') return this.#refused(event.error);
        break;
      case 'pong':
        this.roundTripMs.set(event.rttMs);
        return;
      case 'restarted':
        return this.#startAnew();
      default:
        break;
    }
    this.#paint.request();
    this.#showConnection();
  }

  #fold(prev: Offset, facts: readonly Fact[], through: Offset, appendedAt: number): void {
    const now = Date.now();
    this.#replayBegin ??= prev;
    this.#counts.add(prev, facts, through);
    this.#rate.add(appendedAt, facts.length, now);
    this.#recent.add(facts);
    this.#received += facts.length;
    for (const fact of facts) this.#follow(fact, now);
    const newest = facts.at(-1);
    if (newest !== undefined) this.#lastFact = Date.parse(newest.timestamp);
    this.#stats?.want(through);
    if (this.#subscription?.state === 'live') this.#prover.request();
  }

  #follow(fact: Fact, now: number): void {
    const before = this.#analysisNow;
    const analysis = afterFact(before, fact);
    this.#analysisNow = analysis;
    if (this.#followed && analysis !== undefined && analysis !== before && analysis.outcome !== 'running') {
      this.#endedNow = { analysis, toldAt: now };
    }
  }

  #refused(error: ErrorFrame | undefined): void {
    if (error !== undefined && (CURSOR_CODES as readonly Code[]).includes(error.code)) {
      this.#startAnew(error);
      return;
    }
    if (error?.code === 'UNAUTHORIZED') this.#session.refused(error.message);
    this.connection.set({ kind: 'refused', code: error?.code, message: error?.message ?? 'The server gave no reason' });
    if (error?.code === 'UNKNOWN_GRAPH') this.#again = setTimeout(() => this.#startAnew(error), UNKNOWN_GRAPH_MS);
  }

  #anchored(stats: Stats): void {
    this.statsError.set(undefined);
    if (!this.#counts.mayHold(stats.offset)) return; // from a lost log: the projector does not know yet
    this.stats.set(stats);
    this.#counts.anchor(stats.offset, { nodes: stats.total_nodes, relationships: stats.total_relationships });
    this.#paint.request();
  }

  #show(): void {
    if (this.graph() === undefined) return;
    this.#showFacts();
    this.#showConnection();
    const now = Date.now();
    const rates = this.#rate.history(now);
    if (!sameNumbers(rates, this.rates())) this.rates.set(rates);
    if (this.#subscription !== undefined) this.transport.set(this.#subscription.transport);
    this.cursor.set(this.#subscription?.cursor);
    this.head.set(this.#subscription?.head);
    if (this.#subscription?.cursor !== undefined) {
      this.received.set(this.#received);
      this.rate.set(this.#rate.now(now));
    }
    this.totals.set(this.#counts.totals);
    if (this.totalsAtFirst() === undefined) this.totalsAtFirst.set(this.#counts.totals);
    this.totalsAsOf.set(this.#counts.asOf);
    this.lastFactAt.set(this.#lastFact);
  }

  #showFacts(): void {
    const isNew = this.#received !== this.#painted;
    if (isNew || (this.facts() === undefined && this.#followed)) this.facts.set(this.#recent.newestFirst());
    this.#painted = this.#received;
    this.followed.set(this.#followed);
    this.analysis.set(this.#analysisNow);
    this.ended.set(this.#endedNow);
  }

  #showConnection(): void {
    const next = this.#connectionNow();
    const before = this.connection();
    if (next !== undefined && JSON.stringify(next) !== JSON.stringify(before)) this.connection.set(next);
    if (this.connection().kind !== 'offline') this.offlineSince.set(undefined);
    else if (this.offlineSince() === undefined) this.offlineSince.set(Date.now());
  }

  #connectionNow(): Connection | undefined {
    const subscription = this.#subscription;
    if (subscription === undefined) return undefined;
    if (subscription.state === 'offline') {
      this.#replayBegin = subscription.received;
      this.#wasLive = false;
    }
    return connectionOf(subscription, { begin: this.#replayBegin, wasLive: this.#wasLive });
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

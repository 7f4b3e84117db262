import { DestroyRef, Service, effect, inject, signal } from '@angular/core';
import { ApiError, type ClientEvent, type Subscription } from '@graphtail/client';
import { CURSOR_CODES, seqOf, type Code, type ErrorFrame, type Fact, type Offset } from '@graphtail/facts';
import { API, reasonOf } from '../api/api.ts';
import { Clock } from '../format/clock.ts';
import { afterFact, type Analysis } from './analysis.ts';
import { CONNECT } from './connect.ts';
import { replayedPercent, type Connection } from './connection.ts';
import { Counts, type Totals } from './counts.ts';
import { FactRate } from './fact-rate.ts';
import { Paint } from './paint.ts';
import { RecentFacts } from './recent-facts.ts';
import { StatsFeed } from './stats-feed.ts';
import { StatsSchema, type Stats } from './stats.ts';

/** `agrees`: the facts in (from, through] are the log's, by count and digest. */
export type Proof = { readonly agrees: boolean; readonly from: Offset; readonly through: Offset; readonly count: number };

/** So many facts fill the event log when the page is opened. */
const ON_LOAD = 'last:200';
const COUNTERS_MS = 250;
const PING_MS = 15_000;
const PROOF_MS = 10_000;

/**
 * The state of the page, told by the stream. Facts are folded as they come into plain structures; the
 * signals that the screen hangs on are set at most once a frame (facts, analysis) or four times a
 * second (counters), so that a storm costs as many repaints as a trickle.
 */
@Service()
export class Live {
  readonly #api = inject(API);
  readonly #clock = inject(Clock);
  readonly #connect = inject(CONNECT);

  readonly #counts = new Counts();
  readonly #rate = new FactRate();
  readonly #recent = new RecentFacts();
  readonly #paintFacts = new Paint(() => this.#showFacts());
  readonly #paintCounters = new Paint(() => this.#showCounters(), COUNTERS_MS);

  readonly #proving = new Paint(() => void this.#prove(), PROOF_MS);

  #subscription: Subscription | undefined;
  #unsubscribe: (() => void) | undefined;
  #stats: StatsFeed | undefined;
  #pinging: ReturnType<typeof setInterval> | undefined;
  #replayBegin: Offset | undefined;
  #wasLive = false;
  #analysisNow: Analysis | undefined;
  #lastFact: number | undefined;
  #received = 0;

  /** The graph that is shown; undefined before one is known. */
  readonly graph = signal<string | undefined>(undefined);
  readonly openedAt = signal(Date.now());
  readonly connection = signal<Connection>({ kind: 'connecting' });
  /** When the connection was lost, ms; undefined while there is one. */
  readonly offlineSince = signal<number | undefined>(undefined);
  /** Server-sent events are the way where sockets don't get through: everything but pings. */
  readonly transport = signal<Subscription['transport']>('websocket');
  readonly cursor = signal<Offset | undefined>(undefined);
  readonly head = signal<Offset | undefined>(undefined);
  /** Facts received since the page was opened, those that filled the event log included. */
  readonly received = signal<number | undefined>(undefined);
  readonly totals = signal<Totals | undefined>(undefined);
  /** The totals when this page first knew them: what figures are compared with. */
  readonly totalsAtFirst = signal<Totals | undefined>(undefined);
  readonly totalsAsOf = signal<Offset | undefined>(undefined);
  /** Facts a second now, and over two minutes, oldest first. */
  readonly rate = signal<number | undefined>(undefined);
  readonly rates = signal<readonly number[]>(this.#rate.history(Date.now()));
  /** Time of the newest fact, ms. */
  readonly lastFactAt = signal<number | undefined>(undefined);
  /** Whether what was received is what the log holds, by the last receipt that was compared. */
  readonly proof = signal<Proof | undefined>(undefined);
  readonly roundTripMs = signal<number | undefined>(undefined);
  /** Newest first, bounded. Undefined until the log has been read once. */
  readonly facts = signal<readonly Fact[] | undefined>(undefined);
  readonly analysis = signal<Analysis | undefined>(undefined);
  readonly stats = signal<Stats | undefined>(undefined);
  readonly statsError = signal<string | undefined>(undefined);

  constructor() {
    effect(() => {
      this.#clock.now(); // a rate falls to zero by time alone
      this.#paintCounters.request();
    });
    inject(DestroyRef).onDestroy(() => this.close());
  }

  /** Shows another graph; the one shown before is let go. */
  open(graph: string): void {
    if (this.graph() === graph) return;
    this.close();
    this.graph.set(graph);
    this.openedAt.set(Date.now());
    this.#stats = new StatsFeed(async () => StatsSchema.parse(await this.#api.stats({ graph })), {
      stats: (stats) => this.#anchored(stats),
      failed: (error) => this.statsError.set(reasonOf(error, 'The figures are not in the expected form')),
    });
    this.#stats.want(undefined);
    this.#subscribe(graph);
    this.#pinging = setInterval(() => {
      if (!document.hidden) this.ping();
    }, PING_MS);
  }

  close(): void {
    clearInterval(this.#pinging);
    this.#stats?.close();
    this.#unsubscribe?.();
    void this.#subscription?.close();
    this.#subscription = undefined;
    this.#forget();
    this.graph.set(undefined);
    this.stats.set(undefined);
    this.statsError.set(undefined);
  }

  ping(): void {
    if (this.#subscription?.state === 'live') this.#subscription.ping();
  }

  /** A page that is busy drawing itself would measure itself. */
  #pingWhenIdle(): void {
    requestIdleCallback(() => this.ping(), { timeout: 2000 });
  }

  /** Tries at once what would be tried again later. */
  retry(): void {
    const graph = this.graph();
    if (graph === undefined) return;
    this.close();
    this.open(graph);
  }

  #subscribe(graph: string): void {
    this.#unsubscribe?.();
    void this.#subscription?.close();
    this.connection.set({ kind: 'connecting' });
    const subscription = this.#connect({ url: location.origin, graph, from: ON_LOAD });
    this.#subscription = subscription;
    this.#unsubscribe = subscription.on((event) => this.#take(event));
  }

  /** Another log, or a part of it is void: nothing that was folded can be kept. */
  #startAnew(): void {
    const graph = this.graph();
    if (graph === undefined) return;
    this.#forget();
    this.#stats?.forget();
    this.#subscribe(graph);
  }

  #forget(): void {
    this.#counts.clear();
    this.#rate.clear();
    this.#recent.clear();
    this.#paintFacts.cancel();
    this.#proving.cancel();
    this.#replayBegin = undefined;
    this.#wasLive = false;
    this.#analysisNow = undefined;
    this.#lastFact = undefined;
    this.#received = 0;
    this.facts.set(undefined);
    this.analysis.set(undefined);
    this.cursor.set(undefined);
    this.head.set(undefined);
    this.received.set(undefined);
    this.totals.set(undefined);
    this.totalsAtFirst.set(undefined);
    this.rate.set(undefined);
    this.proof.set(undefined);
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
        this.#paintFacts.request(); // an empty log is known to be empty now
        break;
      case 'state':
        if (event.state === 'live') {
          this.#pingWhenIdle();
          this.#proving.request();
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
    this.#paintCounters.request();
    this.#showConnection();
  }

  #fold(prev: Offset, facts: readonly Fact[], through: Offset, appendedAt: number): void {
    const now = Date.now();
    this.#replayBegin ??= prev;
    this.#counts.add(prev, facts, through);
    this.#rate.add(appendedAt, facts.length, now);
    this.#recent.add(facts);
    this.#received += facts.length;
    for (const fact of facts) this.#analysisNow = afterFact(this.#analysisNow, fact);
    const newest = facts.at(-1);
    if (newest !== undefined) this.#lastFact = Date.parse(newest.timestamp);
    this.#stats?.want(through);
    if (this.#subscription?.state === 'live') this.#proving.request();
    this.#paintFacts.request();
  }

  #refused(error: ErrorFrame | undefined): void {
    if (error !== undefined && (CURSOR_CODES as readonly Code[]).includes(error.code)) this.#startAnew();
    else this.connection.set({ kind: 'refused', code: error?.code, message: error?.message ?? 'The server gave no reason' });
  }

  #anchored(stats: Stats): void {
    this.statsError.set(undefined);
    this.stats.set(stats);
    this.#counts.anchor(stats.offset, { nodes: stats.total_nodes, relationships: stats.total_relationships });
    this.#paintCounters.request();
  }

  /** Compares receipts. No answer is no proof, and no disproof: the last one stands. */
  async #prove(): Promise<void> {
    const subscription = this.#subscription;
    if (subscription?.state !== 'live') return;
    try {
      const verdict = await subscription.verifyReceipt();
      if (subscription !== this.#subscription || verdict.status === 'unknown') return;
      const receipt = verdict.status === 'proved' ? verdict.receipt : verdict.ours;
      this.proof.set({ agrees: verdict.status === 'proved', from: receipt.from, through: receipt.to, count: receipt.count });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #showFacts(): void {
    this.facts.set(this.#recent.newestFirst());
    this.analysis.set(this.#analysisNow);
  }

  #showCounters(): void {
    if (this.graph() === undefined) return;
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
    const { state, cursor, head } = subscription;
    switch (state) {
      case 'connecting':
        return cursor === undefined ? { kind: 'connecting' } : { kind: 'offline', at: cursor };
      case 'replaying': {
        if (cursor === undefined || head === undefined) return { kind: 'connecting' };
        if (this.#wasLive) return { kind: 'behind', facts: Math.max(0, seqOf(head) - seqOf(cursor)) };
        return { kind: 'replaying', percent: replayedPercent(this.#replayBegin ?? cursor, cursor, head) };
      }
      case 'live':
        return { kind: 'live' };
      case 'offline':
        this.#replayBegin = cursor;
        this.#wasLive = false;
        return { kind: 'offline', at: cursor };
      case 'ended':
      case 'refused':
        return undefined; // said when it came, with its reason
    }
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

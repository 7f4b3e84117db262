import type { Action } from '@graphtail/facts';
import type { Effect, Input, Model } from './model.ts';
import type { ConnectOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { queryOf } from './query.ts';
import { TokenKeeper, expiryOf } from './token.ts';
import { ABNORMAL, type Connection } from './transport.ts';
import { WireReader } from './wire-reader.ts';

type Open = Extract<Effect, { do: 'open' }>;

/**
 * Opens a subscription's connections, one after the other, and reports what happens on them. Each gets a token that is valid at that time.
 */
export class Connector {
  readonly #options: ConnectOptions;
  readonly #platform: Platform;
  readonly #tokens: TokenKeeper;
  readonly #report: (input: Input) => void;
  #connection: Connection | undefined;
  /** The number of the connection that was requested last; 0 after `close`. A token that arrives for another connection is not used. */
  #wanted = 0;

  constructor(options: ConnectOptions, platform: Platform, report: (input: Input) => void) {
    this.#options = options;
    this.#platform = platform;
    this.#tokens = new TokenKeeper(options.token);
    this.#report = report;
  }

  get renews(): boolean {
    return this.#tokens.renews;
  }

  /** Returns the token in use. @throws the error of the token's source */
  async token(): Promise<string | undefined> {
    return this.#tokens.current(this.#platform.date());
  }

  open(effect: Open, { graph, filter }: Pick<Model, 'graph' | 'filter'>): void {
    const { connection, from } = effect;
    this.#wanted = connection;
    const query = queryOf(this.#options, { from, graph, filter });
    const failed = (error: unknown): void => {
      const why = error instanceof Error ? error.message : String(error);
      this.#report({ kind: 'closed', code: ABNORMAL, reason: `no token: ${why}`, connection });
    };
    try {
      const token = effect.renew ? this.#tokens.renew() : this.#tokens.current(this.#platform.date());
      if (!(token instanceof Promise)) this.#openWith(effect, query, token);
      else
        token.then((given) => {
          if (this.#wanted === connection) this.#openWith(effect, query, given);
        }, failed);
    } catch (error) {
      failed(error);
    }
  }

  send(action: Action | 'ping'): void {
    this.#connection?.send(action);
  }

  close(code: number, reason: string): void {
    this.#wanted = 0;
    this.#connection?.close(code, reason);
    this.#connection = undefined;
  }

  /** Uses another token from now on. */
  authenticate(token: string): void {
    this.#tokens.replace(token);
    this.#report({ kind: 'authenticate', token, expiresInMs: this.#expiresInMs(token) });
  }

  /**
   * Never rejects. If the source has no token, the server ends the session when the old token expires. The next attempt then asks the
   * source again.
   */
  async renew(): Promise<void> {
    try {
      const token = await this.#tokens.renew();
      if (token !== undefined) this.#report({ kind: 'authenticate', token, expiresInMs: this.#expiresInMs(token) });
    } catch {
      // the next attempt reports the error
    }
  }

  #openWith({ connection, via }: Open, query: URLSearchParams, token: string | undefined): void {
    const reader = new WireReader(connection);
    this.#connection = this.#platform.transports[via](query, token, {
      opened: () => {
        this.#report({ kind: 'opened', connection });
      },
      text: (text) => {
        const input = reader.read(text);
        if (input !== undefined) this.#report(input);
      },
      refused: (frame) => {
        this.#report({ kind: 'error', frame, connection });
      },
      closed: (code, reason, retryAfterMs) => {
        this.#report({ kind: 'closed', code, reason, retryAfterMs, connection });
      },
    });
    const inMs = token === undefined ? undefined : this.#expiresInMs(token);
    if (inMs !== undefined) this.#report({ kind: 'expires', inMs, connection });
  }

  #expiresInMs(token: string): number | undefined {
    const expiry = expiryOf(token);
    return expiry === undefined ? undefined : expiry - this.#platform.date();
  }
}

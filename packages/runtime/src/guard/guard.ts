import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { Problem, toProblem } from '../problem.ts';
import { refuseUpgrade, type Upgrade } from '../raw-answers.ts';
import { openAccess, requireGraph, requireRole, setAccess, unauthorized, type Access } from './access.ts';
import { addressOf } from './address.ts';
import { moveTokenToHeader, tokenOf } from './bearer.ts';
import { effectOf, type Effect } from './effect.ts';
import { Hosts } from './hosts.ts';
import { isForeignPage } from './origin.ts';
import { targetOf } from './target.ts';
import { passesWithoutToken } from './without-token.ts';
import { Tokens } from './tokens.ts';

export type GuardConfig = {
  /** The host on which the service listens. */
  readonly host: string;
  /** Further names under which the service is reached. */
  readonly allowHost: readonly string[];
  /** The secret that signs tokens; undefined: no token is required. */
  readonly jwtSecret?: string | undefined;
};

export type GuardOptions = {
  /** Whether the service answers every path outside its APIs with the dashboard, which needs no token. */
  readonly servesDashboard?: boolean;
};

/** How long a token is valid that this service makes for its own requests to other services. */
const OWN_TOKEN_MS = 60_000;

/** Decides who may use a service. It checks every request and every upgrade first. */
export class Guard {
  readonly #hosts: Hosts;
  readonly #tokens: Tokens | undefined;
  readonly #servesDashboard: boolean;
  #own: { readonly token: Promise<string>; readonly renewAt: number } | undefined;

  constructor({ host, allowHost, jwtSecret }: GuardConfig, { servesDashboard = false }: GuardOptions = {}) {
    this.#hosts = new Hosts([host, ...allowHost]);
    this.#tokens = jwtSecret === undefined ? undefined : new Tokens(jwtSecret);
    this.#servesDashboard = servesDashboard;
  }

  /** Middleware for all HTTP requests. After it, `accessOf(response)` returns the caller. */
  readonly requests: RequestHandler = async (request, response, next) => {
    const effect = effectOf(request);
    this.#checkPage(request, effect);
    moveTokenToHeader(request);
    if (passesWithoutToken(request, this.#servesDashboard)) {
      const access = await this.access(request).catch(() => undefined);
      if (access !== undefined) setAccess(response, access);
    } else {
      const access = await this.access(request);
      setAccess(response, access); // set before the checks, so that the audit also names a caller who is refused
      requireRole(access, effect.role);
      for (const graph of targetOf(request.url).query.getAll('graph')) requireGraph(access, graph);
    }
    next();
  };

  /**
   * For `listen`: passes allowed upgrades on to the handler, and refuses the others. The handler checks the token with
   * {@link access}, so that a subscriber learns on the socket what is wrong with its token.
   */
  upgrades(handle: Upgrade): Upgrade {
    return (request, socket, head) => {
      socket.on('error', () => socket.destroy()); // the peer may disconnect while it is answered
      try {
        this.#checkPage(request, { ...effectOf(request), kind: 'stream' });
      } catch (error) {
        refuseUpgrade(socket, toProblem(error));
        return;
      }
      moveTokenToHeader(request);
      handle(request, socket, head);
    };
  }

  /** Returns the caller of a request, by its token. @throws {Problem} 401 `UNAUTHORIZED` if the token is missing or not valid */
  async access(request: IncomingMessage): Promise<Access> {
    return this.accessBy(tokenOf(request), addressOf(request));
  }

  /** Returns the caller who has a token. @throws {Problem} 401 `UNAUTHORIZED` if the token is missing or not valid */
  async accessBy(token: string | undefined, address: string): Promise<Access> {
    if (this.#tokens === undefined) return openAccess(address);
    if (token === undefined) throw unauthorized();
    const { sub, role, graphs, exp } = await this.#tokens.verify(token);
    return { actor: sub ?? role, role, graphs, address, expiresAt: exp * 1000 };
  }

  /** Returns the headers for this service's own requests to other services. */
  async ownHeaders(): Promise<Record<string, string>> {
    if (this.#tokens === undefined) return {};
    const now = Date.now();
    if (this.#own === undefined || now >= this.#own.renewAt) {
      const token = this.#tokens.mint({ role: 'read', subject: 'graphtail' }, new Date(now + OWN_TOKEN_MS));
      this.#own = { token, renewAt: now + OWN_TOKEN_MS / 2 };
    }
    return { authorization: `Bearer ${await this.#own.token}` };
  }

  #checkPage(request: IncomingMessage, { kind }: Effect): void {
    const host = this.#hosts.check(request);
    if (kind !== 'read' && isForeignPage(request, host))
      throw new Problem(403, 'FORBIDDEN', 'Pages of another origin may not do this; open Graphtail at its own address.');
  }
}

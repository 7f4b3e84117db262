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
  /** Where the service listens. */
  readonly host: string;
  /** Further names that it is reached by. */
  readonly allowHost: readonly string[];
  /** What tokens are signed with; undefined: none is asked for. */
  readonly jwtSecret?: string | undefined;
};

export type GuardOptions = {
  /** Whether the service answers every path that is no API's with the dashboard, which needs no token. */
  readonly servesDashboard?: boolean;
};

/** For how long a token of this service's own is good, when it asks another. */
const OWN_TOKEN_MS = 60_000;

/** Decides who may talk to a service: every request and every upgrade passes it first. */
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

  /** For all HTTP requests; afterwards `accessOf(response)` says who asks. */
  readonly requests: RequestHandler = async (request, response, next) => {
    const effect = effectOf(request);
    this.#checkPage(request, effect);
    moveTokenToHeader(request);
    if (passesWithoutToken(request, this.#servesDashboard)) {
      const access = await this.access(request).catch(() => undefined);
      if (access !== undefined) setAccess(response, access);
    } else {
      const access = await this.access(request);
      setAccess(response, access); // the audit names who was refused, too
      requireRole(access, effect.role);
      for (const graph of targetOf(request.url).query.getAll('graph')) requireGraph(access, graph);
    }
    next();
  };

  /**
   * For `listen`: hands on what may pass, and answers the rest. The token is the handler's to check, by
   * {@link access}: a subscriber is told on the socket what is wrong with it.
   */
  upgrades(handle: Upgrade): Upgrade {
    return (request, socket, head) => {
      socket.on('error', () => socket.destroy()); // a peer that breaks off while it is answered
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

  /** Who makes a request, by its token. @throws {Problem} 401 `UNAUTHORIZED` */
  async access(request: IncomingMessage): Promise<Access> {
    return this.accessBy(tokenOf(request), addressOf(request));
  }

  /** Who has a token. @throws {Problem} 401 `UNAUTHORIZED` */
  async accessBy(token: string | undefined, address: string): Promise<Access> {
    if (this.#tokens === undefined) return openAccess(address);
    if (token === undefined) throw unauthorized();
    const { sub, role, graphs, exp } = await this.#tokens.verify(token);
    return { actor: sub ?? role, role, graphs, address, expiresAt: exp * 1000 };
  }

  /** Headers with which this service asks another for what it needs itself. */
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

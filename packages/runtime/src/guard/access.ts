import { AUDIT_LOG } from '@graphtail/facts';
import type { Response } from 'express';
import { Problem } from '../problem.ts';
import { ROLES, type Role } from './role.ts';

/** The caller of a request, and what they may do. */
export type Access = {
  /** The token's `sub`, or its role; `anyone` if no secret is set. */
  readonly actor: string;
  readonly role: Role;
  /** The logs to which the token is bound; undefined: all logs. */
  readonly graphs: readonly string[] | undefined;
  /** The peer's address. */
  readonly address: string;
  /** When the token expires, in ms since 1970; undefined if there is no token. */
  readonly expiresAt: number | undefined;
};

/** Returns the access of every caller if no secret is set. */
export function openAccess(address: string): Access {
  return { actor: 'anyone', role: 'admin', graphs: undefined, address, expiresAt: undefined };
}

export function setAccess(response: Response, access: Access): void {
  response.locals['access'] = access;
}

/** Returns the verified caller of a request; undefined if the request has no valid token and its path needs none. */
export function accessIfAny(response: Response): Access | undefined {
  return response.locals['access'] as Access | undefined;
}

/** Returns the verified caller of a request. @throws {Problem} 401 if there is none, which happens at paths that need no token */
export function accessOf(response: Response): Access {
  const access = accessIfAny(response);
  if (access === undefined) throw unauthorized();
  return access;
}

export function unauthorized(reason = 'A token is needed: send it as Authorization: Bearer <token>.'): Problem {
  return new Problem(401, 'UNAUTHORIZED', reason);
}

/** @throws {Problem} 403 if the caller's role is below the needed role */
export function requireRole({ role }: Access, needed: Role): void {
  if (isAtLeast(role, needed)) return;
  throw new Problem(403, 'FORBIDDEN', `This needs a token of role ${needed}; this one's is ${role}.`);
}

/** Whether the caller may know about a log: a graph's log, or one of Graphtail's own. */
export function covers({ role, graphs }: Access, log: string): boolean {
  return (graphs === undefined || graphs.includes(log)) && (log !== AUDIT_LOG || isAtLeast(role, 'admin'));
}

/** @throws {Problem} 403 if the caller's token does not cover a log, whether the log exists or not */
export function requireGraph(access: Access, log: string): void {
  if (!covers(access, log)) throw new Problem(403, 'FORBIDDEN', `The token does not cover the graph ${log}.`);
}

/**
 * The graph of a request that names none: the only one that the caller may know about.
 * @throws {Problem} 404 `UNKNOWN_GRAPH` if there is no graph at all, 403 if the token covers none, 400 if there are several to choose from
 */
export function onlyGraph(graphs: readonly { readonly name: string }[], access: Access): string {
  if (graphs.length === 0) throw new Problem(404, 'UNKNOWN_GRAPH', 'There is no graph yet.', { retryable: true });
  const [only, ...others] = graphs.map(({ name }) => name).filter((name) => covers(access, name));
  if (only === undefined) throw new Problem(403, 'FORBIDDEN', 'There is no graph that the token covers.');
  if (others.length === 0) return only;
  const names = [only, ...others];
  throw new Problem(400, 'BAD_REQUEST', `graph: there are several; name one of ${names.join(', ')}`, { field: 'graph', graphs: names });
}

/** For answers about all graphs at once. @throws {Problem} 403 if the caller's token is bound to some graphs */
export function requireAllGraphs({ graphs }: Access): void {
  if (graphs !== undefined) throw new Problem(403, 'FORBIDDEN', 'This request covers all graphs, and the token covers only some.');
}

function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

import type { Response } from 'express';
import { Problem } from '../problem.ts';

export const ROLES = ['read', 'operate', 'admin'] as const;
/** Each may do what those before it may. */
export type Role = (typeof ROLES)[number];

/** Who makes a request, and what they may do. */
export type Access = {
  /** The token's `sub`, or its role; `anyone` if no secret is set. */
  readonly actor: string;
  readonly role: Role;
  /** The logs that it is bound to; undefined: all. */
  readonly graphs: readonly string[] | undefined;
  /** The peer's address. */
  readonly address: string;
  /** When the token ends, in ms since 1970. */
  readonly expiresAt: number | undefined;
};

/** What everyone may do if no secret is set. */
export function openAccess(address: string): Access {
  return { actor: 'anyone', role: 'admin', graphs: undefined, address, expiresAt: undefined };
}

export function setAccess(response: Response, access: Access): void {
  response.locals['access'] = access;
}

/** The verified caller of a request. @throws {Problem} 401 if there is none: the path is one that needs no token */
export function accessOf(response: Response): Access {
  const access = response.locals['access'] as Access | undefined;
  if (access === undefined) throw unauthorized();
  return access;
}

export function unauthorized(reason = 'A token is needed: send it as Authorization: Bearer <token>.'): Problem {
  return new Problem(401, 'UNAUTHORIZED', reason);
}

/** @throws {Problem} 403 if the caller's role is below the one that is needed */
export function requireRole({ role }: Access, needed: Role): void {
  if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) return;
  throw new Problem(403, 'FORBIDDEN', `This needs a token of role ${needed}; this one's is ${role}.`);
}

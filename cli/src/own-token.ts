import { userInfo } from 'node:os';
import type { TokenSource } from '@graphtail/client';
import { Tokens, type Role } from '@graphtail/runtime/guard';

/** Renewed by the SDK before that. */
const LIFETIME_MS = 5 * 60_000;

/** Short-lived tokens in the name of the user who has the secret, of no higher role than is needed; undefined if there is no secret. */
export function ownToken(secret: string | undefined, role: Role): TokenSource | undefined {
  if (secret === undefined) return undefined;
  const tokens = new Tokens(secret);
  return () => tokens.mint({ role, subject: userInfo().username }, new Date(Date.now() + LIFETIME_MS));
}

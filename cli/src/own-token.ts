import { userInfo } from 'node:os';
import type { TokenSource } from '@graphtail/client';
import { Tokens, type Role } from '@graphtail/runtime/guard';

/** How long a token is valid, ms. The SDK renews it before that. */
const LIFETIME_MS = 5 * 60_000;

/** Makes short-lived tokens in this user's name, with no higher role than needed; undefined if there is no secret. */
export function ownToken(secret: string | undefined, role: Role): TokenSource | undefined {
  if (secret === undefined) return undefined;
  const tokens = new Tokens(secret);
  return () => tokens.mint({ role, subject: userInfo().username }, new Date(Date.now() + LIFETIME_MS));
}

import { createSecretKey, type KeyObject } from 'node:crypto';
import { isLogName } from '@graphtail/facts';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import { unauthorized } from './access.ts';
import { ROLES, type Role } from './role.ts';

/** RFC 7518, section 3.2, asks HS256 for a key as long as its hash, 32 bytes. Below this many it can be guessed. */
const LEAST_SECRET_BYTES = 16;
/** How far a token may seem to be of the future: its maker's clock may be ahead. Its end is taken at its word. */
const CLOCK_SKEW_SECONDS = 5;
/** Checking a signature takes 0.1 ms, as long as a cheap query. Only tokens that held are remembered, so strangers can't push them out. */
const REMEMBERED = 1_000;

const ClaimsSchema = z.object({
  exp: z.number(),
  role: z.enum(ROLES),
  graphs: z.array(z.string().refine(isLogName)).optional(),
  sub: z.string().min(1).max(256).optional(),
});
/** What a token says: who (`sub`), what they may do, in which logs, and until when (`exp`, seconds since 1970). */
export type Claims = z.infer<typeof ClaimsSchema>;

export type Grant = { readonly role: Role; readonly graphs?: readonly string[] | undefined; readonly subject?: string | undefined };

/** What is wrong with a secret; undefined if nothing is. */
export function weaknessOf(secret: string): string | undefined {
  if (Buffer.byteLength(secret) >= LEAST_SECRET_BYTES) return undefined;
  return `must have at least ${String(LEAST_SECRET_BYTES)} bytes, and better 32 random ones: openssl rand -base64 32`;
}

/** Makes and checks bearer tokens: JWTs signed with a shared secret by HS256. */
export class Tokens {
  readonly #key: KeyObject;
  readonly #verified = new Map<string, Claims>();

  constructor(secret: string) {
    this.#key = createSecretKey(secret, 'utf8');
  }

  async mint({ role, graphs, subject }: Grant, expiresAt: Date): Promise<string> {
    const token = new SignJWT({ role, ...(graphs !== undefined && { graphs: [...graphs] }) });
    if (subject !== undefined) token.setSubject(subject);
    return token.setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime(expiresAt).sign(this.#key);
  }

  /** @throws {Problem} 401 `UNAUTHORIZED` that says what is wrong with the token, and nothing of what it holds */
  async verify(token: string): Promise<Claims> {
    const claims = this.#verified.get(token) ?? (await this.#claimsOf(token));
    this.#verified.delete(token);
    if (claims.exp * 1000 <= Date.now()) throw unauthorized('The token has expired.');
    this.#verified.set(token, claims);
    if (this.#verified.size > REMEMBERED) this.#verified.delete(this.#verified.keys().next().value!);
    return claims;
  }

  async #claimsOf(token: string): Promise<Claims> {
    const claims = ClaimsSchema.safeParse(await this.#signed(token));
    if (!claims.success) throw unauthorized(`The token's ${claims.error.issues[0]?.path.join('.') ?? ''} does not fit.`);
    return claims.data;
  }

  async #signed(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.#key, { algorithms: ['HS256'], clockTolerance: CLOCK_SKEW_SECONDS })).payload;
    } catch {
      throw unauthorized('The token is malformed, expired, or signed with another secret.');
    }
  }
}

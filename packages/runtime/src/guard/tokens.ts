import { createSecretKey, type KeyObject } from 'node:crypto';
import { isLogName } from '@graphtail/facts';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import { unauthorized } from './access.ts';
import { ROLES, type Role } from './role.ts';

/**
 * The fewest bytes of a secret: a shorter one can be guessed. RFC 7518, section 3.2, requires for HS256 a key as long as its hash, 32
 * bytes.
 */
const LEAST_SECRET_BYTES = 16;
/** How far in the future a token's start may be, because its maker's clock may be ahead. Its expiry is checked without this tolerance. */
const CLOCK_SKEW_SECONDS = 5;
/**
 * How many verified tokens are cached. To check a signature takes 0.1 ms, as long as a cheap query. Only valid tokens are cached, so that
 * strangers can't displace them.
 */
const REMEMBERED = 1_000;

const ClaimsSchema = z.object({
  exp: z.number(),
  role: z.enum(ROLES),
  graphs: z.array(z.string().refine(isLogName)).optional(),
  sub: z.string().min(1).max(256).optional(),
});
/** A token's claims: who has it (`sub`), what they may do, in which logs, and until when (`exp`, seconds since 1970). */
export type Claims = z.infer<typeof ClaimsSchema>;

export type Grant = { readonly role: Role; readonly graphs?: readonly string[] | undefined; readonly subject?: string | undefined };

/** Returns what is wrong with a secret; undefined if nothing is wrong. */
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

  /**
   * Returns a token's claims.
   * @throws {Problem} 401 `UNAUTHORIZED` that says what is wrong with the token, but shows nothing of its content
   */
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

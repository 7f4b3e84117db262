import * as z from 'zod';

const ROLES = ['read', 'operate', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The claims in a token. Only the server can verify them. */
export type Claims = { readonly role: Role; readonly subject: string | undefined; readonly expiresAt: number | undefined };

const ClaimsSchema = z.object({ role: z.enum(ROLES), sub: z.string().optional(), exp: z.number().optional() });

/** undefined if the text is no token. */
export function claimsOf(token: string): Claims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const bytes = Uint8Array.from(atob((parts[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const { data } = ClaimsSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return data && { role: data.role, subject: data.sub, expiresAt: data.exp === undefined ? undefined : data.exp * 1000 };
  } catch {
    return undefined;
  }
}

/** Each role may do what those before it may. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

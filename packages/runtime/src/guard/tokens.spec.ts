import { SignJWT } from 'jose';
import { Problem } from '../problem.ts';
import type { Grant } from './tokens.ts';
import { Tokens, weaknessOf } from './tokens.ts';

const SECRET = 'a secret of a spec, long enough';
const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

/** A token with just these claims, signed with the secret unless another is given. */
function signed(claims: Record<string, unknown>, secret = SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

describe('a bearer token', () => {
  const tokens = new Tokens(SECRET);
  const exp = Math.floor(inMinutes(5).getTime() / 1000);

  it('says who has it, what they may do, in which graphs, and until when', async () => {
    const grant: Grant = { role: 'operate', graphs: ['a', '_alerts'], subject: 'ada' };
    const token = await tokens.mint(grant, new Date(exp * 1000));
    expect(await tokens.verify(token)).toEqual({ role: 'operate', graphs: ['a', '_alerts'], sub: 'ada', exp });
    expect(await tokens.verify(await signed({ role: 'read', exp }))).toEqual({ role: 'read', exp });
  });

  it('is refused unless it is signed with the secret by HS256, and the reason does not repeat it', async () => {
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ role: 'admin', exp }))}.`.replaceAll('=', '');
    const other = await signed({ role: 'admin', exp }, 'another secret, as long as it is');
    const otherHash = await signed({ role: 'admin', exp }, SECRET, 'HS512');
    const [header, , signature] = (await signed({ role: 'read', exp })).split('.');
    const forged = [header, btoa(JSON.stringify({ role: 'admin', exp })).replaceAll('=', ''), signature].join('.');
    for (const token of [none, other, otherHash, forged, '', 'x', 'a.b.c'])
      await expectAsync(tokens.verify(token)).toBeRejectedWith(jasmine.objectContaining({ status: 401, code: 'UNAUTHORIZED' }));
    await expectAsync(tokens.verify(forged)).toBeRejectedWithError(
      Problem,
      /^The token is malformed, expired, or signed with another secret\.$/,
    );
  });

  it('needs an expiry in the future, and a role', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [
      { role: 'read' },
      { exp },
      { role: 'root', exp },
      { role: 'read', exp: now },
      { role: 'read', exp: now - 60 },
      { role: 'read', exp, graphs: 'a' },
      { role: 'read', exp, graphs: ['../a'] },
    ])
      await expectAsync(tokens.verify(await signed(claims)))
        .withContext(JSON.stringify(claims))
        .toBeRejectedWith(jasmine.objectContaining({ code: 'UNAUTHORIZED' }));
  });

  it('expires when it says, even if it was checked before', async () => {
    jasmine.clock().install().mockDate(new Date());
    const ending = await tokens.mint({ role: 'read' }, inMinutes(1));
    const other = await tokens.mint({ role: 'admin' }, inMinutes(1));
    for (let asked = 0; asked < 2; asked++) {
      expect((await tokens.verify(ending)).role).toBe('read');
      expect((await tokens.verify(other)).role).toBe('admin');
    }
    jasmine.clock().mockDate(inMinutes(1));
    for (let asked = 0; asked < 2; asked++)
      await expectAsync(tokens.verify(ending)).toBeRejectedWith(jasmine.objectContaining({ code: 'UNAUTHORIZED' }));
    jasmine.clock().uninstall();
  });

  it('may come from a clock that is a few seconds ahead', async () => {
    const now = Math.floor(Date.now() / 1000);
    await expectAsync(tokens.verify(await signed({ role: 'read', exp, nbf: now + 3 }))).toBeResolved();
    await expectAsync(tokens.verify(await signed({ role: 'read', exp, nbf: now + 60 }))).toBeRejected();
  });

  it('is not signed with a weak secret', () => {
    expect(weaknessOf('x'.repeat(15))).toContain('at least 16 bytes');
    expect(weaknessOf('x'.repeat(16))).toBeUndefined();
  });
});

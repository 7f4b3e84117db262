import { spawnSync } from 'node:child_process';
import { Tokens } from '@graphtail/runtime/guard';

const MAIN = new URL('../main.ts', import.meta.url).pathname;
const SECRET = 'a secret of a spec, long enough';

function token(args: readonly string[], secret: string = SECRET) {
  const env = { PATH: process.env['PATH'], GRAPHTAIL_JWT_SECRET: secret };
  return spawnSync(process.execPath, [MAIN, 'token', ...args], { encoding: 'utf8', env, timeout: 20_000 });
}

describe('graphtail token', () => {
  it('prints a token with the requested claims', async () => {
    const { stdout, status } = token(['--role', 'operate', '--graph', 'a', '--graph', '_alerts', '--expires', '30m', '--subject', 'ada']);
    expect([status, stdout]).toEqual([0, jasmine.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
    const { exp, ...said } = await new Tokens(SECRET).verify(stdout.trim());
    expect(said).toEqual({ role: 'operate', graphs: ['a', '_alerts'], sub: 'ada' });
    expect(exp - Date.now() / 1000).toBeGreaterThan(29 * 60);
    expect(exp - Date.now() / 1000).toBeLessThanOrEqual(30 * 60);
  });

  it('makes a token for 12 hours and all graphs by default, and can print its claims as JSON', async () => {
    const told = JSON.parse(token(['--role', 'read', '--json']).stdout) as { token: string; expires_at: string };
    const { exp, role } = await new Tokens(SECRET).verify(told.token);
    expect(told).toEqual({
      token: told.token,
      role: 'read',
      graphs: null,
      subject: null,
      expires_at: new Date(exp * 1000).toISOString(),
    } as typeof told);
    expect([role, Math.round((exp - Date.now() / 1000) / 60)]).toEqual(['read', 720]);
  });

  it('says what to set if there is no secret or a weak one', () => {
    for (const [secret, says] of [
      ['', /GRAPHTAIL_JWT_SECRET is not set/],
      ['short', /GRAPHTAIL_JWT_SECRET must have at least 16 bytes/],
    ] as const) {
      const { status, stderr, stdout } = token(['--role', 'read'], secret);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(says);
      expect(stderr.trim().split('\n').length).toBe(1);
    }
  });

  it('refuses an invalid role, graph or duration', () => {
    for (const args of [
      [],
      ['--role', 'root'],
      ['--role', 'read', '--graph', '../a'],
      ['--role', 'read', '--expires', 'soon'],
      ['--role', 'read', '--expires', '999w9'],
    ]) {
      const { status, stdout } = token(args);
      expect(status).not.toBe(0);
      expect(stdout).toBe('');
    }
  });
});

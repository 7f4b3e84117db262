import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../user-error.ts';
import { checkOptions, OPTIONS, type RawOptions, type Surroundings } from './options.ts';

describe('the options of up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graph tail-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const at = (base: string, secret?: string): Surroundings => ({ base, ownRoot: '/', secret });
  const parse = (...args: string[]): RawOptions => {
    const command = new Command('up').exitOverride().configureOutput({ writeErr: () => undefined });
    for (const option of OPTIONS) command.addOption(option);
    return command.parse(args, { from: 'user' }).opts<RawOptions>();
  };

  it('have their documented defaults, and one variable each', () => {
    expect(parse()).toEqual(
      jasmine.objectContaining({ port: 8000, host: '127.0.0.1', dataDir: '.graphtail', watch: true, logLevel: 'info' }),
    );
    expect(OPTIONS.map((option) => option.envVar)).toEqual(
      jasmine.arrayContaining(['GRAPHTAIL_PORT', 'GRAPHTAIL_REDIS_URL', 'GRAPHTAIL_RETAIN_FACTS']),
    );
    expect(OPTIONS.every((option) => option.envVar?.startsWith('GRAPHTAIL_'))).toBeTrue();
  });

  it('refuse invalid values', () => {
    for (const [flag, value] of [
      ['--port', '70000'],
      ['--port', 'http'],
      ['--graph', '../up'],
      ['--graph', '_alerts'],
      ['--redis-url', 'localhost:6379'],
      ['--retain-age', 'a week'],
      ['--retain-facts', '0'],
      ['--workers', '1.5'],
      ['--log-level', 'loud'],
      ['--durability', 'replicas:0'],
      ['--durability', 'sometimes'],
    ] as const) {
      expect(() => parse(flag, value)).toThrowError(new RegExp(`option '${flag}`));
    }
  });

  it("name the graph after its folder, and resolve paths from the user's working directory", async () => {
    const checked = await checkOptions('.', parse('--retain-age', '7d', '--no-watch'), at(folder));
    expect(checked.root).toBe(folder);
    expect(checked.graph).toMatch(/^graph-tail-/);
    expect(checked.dataDir).toBe(join(folder, '.graphtail'));
    expect([checked.watch, checked.retention]).toEqual([false, { GRAPHTAIL_RETAIN_AGE: '7d' }]);
    expect((await checkOptions(undefined, parse(), { ...at('/'), ownRoot: folder })).root).toBe(folder);
  });

  it('refuse replicas:<n> for a private Redis, which has no replicas', async () => {
    const asked = parse('--durability', 'replicas:1');
    await expectAsync(checkOptions('.', asked, at(folder))).toBeRejectedWithError(UserError, /no replicas: .*--redis-url/);
    const named = await checkOptions('.', { ...asked, redisUrl: 'redis://127.0.0.1:7000' }, at(folder));
    expect(named.durability).toBe('replicas:1');
  });

  it('take repeated names and folders, from options or variables, as absolute real paths', async () => {
    const raw = parse('--allow-host', 'a.example', '--allow-host', '[::2]:80', '--allow-root', '.', '--allow-root', folder);
    const checked = await checkOptions('.', raw, at(folder));
    expect([checked.allowHosts, checked.allowRoots]).toEqual([
      ['a.example', '[::2]:80'],
      [folder, folder],
    ]);
    process.env['GRAPHTAIL_ALLOW_HOST'] = 'a.example, b.example';
    expect(parse().allowHost).toEqual(['a.example', 'b.example']);
    delete process.env['GRAPHTAIL_ALLOW_HOST'];
    expect(() => parse('--allow-host', 'a b')).toThrowError(/option '--allow-host/);
    await expectAsync(checkOptions('.', parse('--allow-root', 'missing'), at(folder))).toBeRejectedWithError(
      UserError,
      /no folder at .*missing/,
    );
  });

  it('refuse to listen beyond loopback without a secret or --insecure', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'graphtail.example']) {
      await expectAsync(checkOptions('.', parse('--host', host), at(folder))).toBeRejectedWithError(
        UserError,
        /GRAPHTAIL_JWT_SECRET.*--insecure/,
      );
      await expectAsync(checkOptions('.', parse('--host', host, '--insecure'), at(folder))).toBeResolved();
      await expectAsync(checkOptions('.', parse('--host', host), at(folder, 'a secret that is long enough'))).toBeResolved();
    }
    for (const host of ['127.0.0.2', 'localhost', '::1'])
      await expectAsync(checkOptions('.', parse('--host', host), at(folder))).toBeResolved();
  });

  it('say if PATH does not exist or is no folder', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expectAsync(checkOptions('missing', parse(), at(folder))).toBeRejectedWithError(UserError, /There is nothing at/);
    await expectAsync(checkOptions('file', parse(), at(folder))).toBeRejectedWithError(UserError, /is not a folder/);
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const SECRET = 'correct-horse-battery-staple-0123456789';
const run = promisify(execFile);

type Ran = { code: number; stdout: string; stderr: string };

/** `graphtail …` as a person runs it, with nothing of this process's secrets but what is given. */
async function graphtail(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const { GRAPHTAIL_JWT_SECRET: _secret, GRAPHTAIL_TOKEN: _token, ...others } = process.env;
  try {
    return { code: 0, ...(await run(process.execPath, [CLI, ...args], { env: { ...others, ...env, NO_COLOR: '1' } })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Ran;
    return { code, stdout, stderr };
  }
}

describe('with a secret set', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ env: { GRAPHTAIL_JWT_SECRET: SECRET } });
  }, 90_000);
  afterAll(() => pipeline.stop());

  it('npm start adds its graph and follows the first analysis to its end', async () => {
    await eventually(() => pipeline.output().includes('✓ shop'), 30_000);
    expect((await fetch(`${pipeline.url}/api/graphs`)).status).toBe(401);
    expect(pipeline.output()).not.toContain(SECRET);
  });

  it('commands work for a user who has the secret', async () => {
    const env = { GRAPHTAIL_JWT_SECRET: SECRET };
    const status = await graphtail(['status', '--url', pipeline.url, '--json'], env);
    expect(status.code).withContext(status.stderr).toBe(0);
    expect((JSON.parse(status.stdout) as { graphs: { name: string }[] }).graphs.map(({ name }) => name)).toEqual(['shop']);
    const verified = await graphtail(['verify', '--url', pipeline.url], env);
    expect(verified.code).withContext(verified.stderr).toBe(0);
  }, 30_000);

  it('the log _audit says who changed what, once each, to the role admin only', async () => {
    const token = async (...grant: string[]) => (await graphtail(['token', ...grant], { GRAPHTAIL_JWT_SECRET: SECRET })).stdout.trim();
    const [read, operate] = [
      await token('--role', 'read', '--subject', 'reader'),
      await token('--role', 'operate', '--subject', 'operator'),
    ];
    const reanalyze = async (authorization: string | undefined): Promise<number> => {
      const headers: Record<string, string> = { 'content-type': 'application/json', ...(authorization && { authorization }) };
      return (await fetch(`${pipeline.url}/api/graph/admin/reanalyze`, { method: 'POST', headers, body: '{}' })).status;
    };
    expect([await reanalyze(undefined), await reanalyze(`Bearer ${read}`), await reanalyze(`Bearer ${operate}`)]).toEqual([401, 403, 202]);
    const tail = ['replay', '--url', pipeline.url, '--graph', '_audit', '--from', 'earliest', '--json'];
    const entries = async (): Promise<Record<string, string>[]> => {
      const { stdout } = await graphtail(tail, { GRAPHTAIL_JWT_SECRET: SECRET });
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { data: Record<string, string> }).data);
    };
    await eventually(async () => (await entries()).length >= 4, 10_000);
    const told = (await entries()).map(({ actor, action, target, outcome }) => [actor, action, target, outcome]);
    expect(told.slice(1)).toEqual([
      ['unknown', 'reanalyze', '', 'refused'],
      ['reader', 'reanalyze', '', 'refused'],
      ['operator', 'reanalyze', 'shop', 'ok'],
    ]);
    expect(told[0]?.slice(1)).toEqual(['add_graph', pipeline.root, 'ok']);
    const refused = await graphtail(['tail', '--url', pipeline.url, '--graph', '_audit'], { GRAPHTAIL_TOKEN: read });
    expect(refused.code).withContext(refused.stderr).toBe(1);
  }, 60_000);

  it('commands without a token say in one line what to do, and exit with 1', async () => {
    for (const command of ['status', 'verify', 'tail']) {
      const { code, stderr } = await graphtail([command, '--url', pipeline.url]);
      expect(code).withContext(command).toBe(1);
      expect(stderr)
        .withContext(command)
        .toMatch(/^graphtail: [^\n]*graphtail token --role[^\n]*\n$/);
    }
  }, 30_000);
});

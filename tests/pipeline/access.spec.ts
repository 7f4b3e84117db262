import { spawnSync } from 'node:child_process';
import { connect } from '@graphtail/client';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';
import { ask, FOREIGN_PAGE } from '../support/strangers.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const SECRET = 'a secret of a spec, long enough';

function graphtail(args: readonly string[], env: Record<string, string>): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
  return { status, stdout };
}

describe('Graphtail that others can reach', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({
      args: ['--host', '0.0.0.0', '--allow-host', 'graphtail.example'],
      env: { GRAPHTAIL_JWT_SECRET: SECRET },
    });
  }, 90_000);
  afterAll(() => pipeline.stop());

  const token = (...args: string[]): string => graphtail(['token', ...args], { GRAPHTAIL_JWT_SECRET: SECRET }).stdout.trim();

  it('[A2] analyses, and answers requests with a token that it made, also from the command', async () => {
    const read = token('--role', 'read');
    for (const path of ['/api/graphs', '/api/graph/stats', '/api/log', '/metrics', '/sse/events']) {
      expect((await ask(pipeline.url, { path })).status)
        .withContext(path)
        .toBe(401);
      expect((await ask(pipeline.url, { path: `${path}?token=${read}` })).status)
        .withContext(path)
        .toBe(200);
    }
    expect(
      (await ask(pipeline.url, { method: 'POST', path: '/api/graph/Admin/reanalyze', headers: { authorization: `Bearer ${read}` } }))
        .status,
    ).toBe(403);
    const status = graphtail(['status', '--json', '--url', pipeline.url], { GRAPHTAIL_TOKEN: read });
    expect([status.status, status.stdout]).toEqual([0, jasmine.stringContaining('"shop"')]);
    const subscription = connect({ url: pipeline.url, token: read, from: 'earliest' });
    for await (const event of subscription)
      if (event.type === 'facts' && event.facts.some(({ event_type }) => event_type === 'analysis_completed')) break;
    await subscription.close();
  });

  it('[A1] answers to the configured names and to no other, through the gateway to every service', async () => {
    const headers = { authorization: `Bearer ${token('--role', 'operate')}`, Host: 'graphtail.example' };
    for (const path of ['/health', '/api/graph/stats', '/api/log']) {
      expect((await ask(pipeline.url, { path, headers })).status)
        .withContext(path)
        .toBe(200);
      expect((await ask(pipeline.url, { path, headers: { ...headers, Host: 'rebound.example' } })).code)
        .withContext(path)
        .toBe('FORBIDDEN');
    }
    const rebuild = { method: 'POST', path: '/api/graph/admin/rebuild' };
    expect((await ask(pipeline.url, { ...rebuild, headers: { ...headers, ...FOREIGN_PAGE } })).code).toBe('FORBIDDEN');
    expect((await ask(pipeline.url, { ...rebuild, headers: { ...headers, Origin: 'https://graphtail.example' } })).status).toBe(202);
  });
});

import { ApiError, SubscriptionRefused } from '@graphtail/client';
import type { ErrorFrame, Offset } from '@graphtail/facts';
import { UserError } from '../user-error.ts';
import { explained, httpAddress, type ServerOptions } from './server.ts';

const OPTIONS = { url: 'http://127.0.0.1:8000' };

async function told(error: Error, name?: 'tail' | 'replay', options: ServerOptions = OPTIONS): Promise<string> {
  const thrown: unknown = await explained(options, () => Promise.reject(error), name).catch((each: unknown) => each);
  return thrown instanceof UserError ? thrown.message : `not explained: ${String(thrown)}`;
}

function refused(of: Partial<ErrorFrame>): SubscriptionRefused {
  return new SubscriptionRefused({ type: 'error', code: 'BAD_REQUEST', message: 'no', retryable: false, ...of });
}

describe('the address of a Graphtail', () => {
  it('may be a host and a port, or copied from the browser', () => {
    for (const [given, address] of [
      ['localhost:8000', 'http://localhost:8000'],
      ['127.0.0.1:8000/', 'http://127.0.0.1:8000'],
      ['http://127.0.0.1:8000/?graph=a', 'http://127.0.0.1:8000'],
      ['https://graphs.example/graphtail', 'https://graphs.example/graphtail'],
    ] as const)
      expect(httpAddress(given)).toBe(address);
    for (const given of ['ftp://there', 'http://', 'a b']) expect(() => httpAddress(given)).toThrowError(/must be an address/);
  });
});

describe('an error message', () => {
  it('names the address that does not answer, and what to do', async () => {
    expect(await told(new ApiError(0, 'x'))).toBe(
      'Nothing answers at http://127.0.0.1:8000. Start Graphtail with: npx graphtail up PATH; or name its address with --url.',
    );
  });

  it('questions the address if the answer is not Graphtail’s', async () => {
    expect(await told(new ApiError(404, 'HTTP 404'))).toBe('HTTP 404. Is it a Graphtail at http://127.0.0.1:8000?');
  });

  it('says where a refused cursor can resume', async () => {
    const at = { earliest: '2-5' as Offset, head: '2-9' as Offset, resume_at: '2-4' as Offset };
    const error = refused({ code: 'CURSOR_TOO_OLD', message: 'gone', ...at });
    expect(await told(error)).toBe('CURSOR_TOO_OLD: gone.\nThe log goes from #5 to #9.');
    expect((await told(error, 'tail')).split('\n').slice(2)).toEqual([
      'Continue where the log does, or begin again with the present state:',
      '  npx graphtail tail --from 2-4',
      '  npx graphtail tail --from snapshot',
    ]);
    const elsewhere = await told(error, 'replay', { url: 'http://there:1', graph: 'g' });
    expect(elsewhere).toContain('\n  npx graphtail replay --url http://there:1 --graph g --from 2-4\n');
    const bound = refused({ code: 'CURSOR_IN_FUTURE', message: 'to: ahead', ...at });
    expect(await told(bound, 'replay')).toBe('CURSOR_IN_FUTURE: to: ahead.\nThe log goes from #5 to #9.');
  });

  it('says which option is missing', async () => {
    expect(await told(refused({ message: 'graph: there are several' }))).toBe('graph: there are several. Name it with --graph.');
  });

  it('says in one line where a token comes from', async () => {
    const comes = 'npx graphtail token --role read|operate|admin makes one, where the server runs.';
    expect(await told(new ApiError(401, 'The token has expired.', { code: 'UNAUTHORIZED' }))).toBe(
      `The token has expired. Give a token in GRAPHTAIL_TOKEN. ${comes}`,
    );
    expect(await told(refused({ code: 'FORBIDDEN', message: "This needs a token of role admin; this one's is read." }))).toBe(
      `This needs a token of role admin; this one's is read. ${comes}`,
    );
  });

  it('is not made for a bug: a bug keeps its stack', async () => {
    expect(await told(new TypeError('oops'))).toBe('not explained: TypeError: oops');
  });
});

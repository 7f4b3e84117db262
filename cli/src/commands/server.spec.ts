import { ApiError, SubscriptionRefused } from '@graphtail/client';
import type { ErrorFrame, Offset } from '@graphtail/facts';
import { UserError } from '../user-error.ts';
import { explained } from './server.ts';

const OPTIONS = { url: 'http://127.0.0.1:8000' };

async function told(error: Error): Promise<string> {
  const thrown: unknown = await explained(OPTIONS, () => Promise.reject(error)).catch((each: unknown) => each);
  return thrown instanceof UserError ? thrown.message : `not explained: ${String(thrown)}`;
}

function refused(of: Partial<ErrorFrame>): SubscriptionRefused {
  return new SubscriptionRefused({ type: 'error', code: 'BAD_REQUEST', message: 'no', retryable: false, ...of });
}

describe('a failure, as a person is told of it', () => {
  it('names the address that nobody answers at, and what to do', async () => {
    expect(await told(new ApiError(0, 'x'))).toBe(
      'Nothing answers at http://127.0.0.1:8000. Start Graphtail with: graphtail up PATH; or name its address with --url.',
    );
  });

  it('doubts the address where the answer is nobody’s of ours', async () => {
    expect(await told(new ApiError(404, 'HTTP 404'))).toBe('HTTP 404. Is it a Graphtail at http://127.0.0.1:8000?');
  });

  it('says where a refused cursor may go on', async () => {
    const at = { earliest: '2-5' as Offset, head: '2-9' as Offset, resume_at: '2-4' as Offset };
    expect(await told(refused({ code: 'CURSOR_TOO_OLD', message: 'gone', ...at }))).toBe(
      'CURSOR_TOO_OLD: gone. The log goes from 2-5 to 2-9. Go on with --from 2-4.',
    );
  });

  it('says which option is missing', async () => {
    expect(await told(refused({ message: 'graph: there are several' }))).toBe('graph: there are several. Name it with --graph.');
  });

  it('leaves bugs alone: they keep their stack', async () => {
    expect(await told(new TypeError('oops'))).toBe('not explained: TypeError: oops');
  });
});

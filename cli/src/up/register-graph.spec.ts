import { ApiError, type Api } from '@graphtail/client';
import { UserError } from '../user-error.ts';
import { registerGraph } from './register-graph.ts';

function refusing(status: number, message: string): Api {
  return { addGraph: () => Promise.reject(new ApiError(status, message)) } as unknown as Api;
}

describe('Adding the graph that was named', () => {
  it('fails in one line if its folder went meanwhile', async () => {
    const gone = refusing(400, 'root: there is no folder at /code');
    await expectAsync(registerGraph(gone, 'shop', '/code')).toBeRejectedWithError(
      UserError,
      "The graph shop can't be added: root: there is no folder at /code.",
    );
  });

  it('fails with what to do if another folder has its name', async () => {
    const taken = refusing(409, 'shop is another folder; choose another name');
    await expectAsync(registerGraph(taken, 'shop', '/code')).toBeRejectedWithError(UserError, /shop is another folder; .*--graph/);
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, type Api, type Graph } from '@graphtail/client';
import { UserError } from '../user-error.ts';

/** How long to retry, ms: the front door may restart meanwhile, like every other service. */
const WITHIN_MS = 30_000;
const RETRY_MS = 250;

/** Adds the graph, or returns it if it exists already. @throws {UserError} if another folder has its name, or the services refuse it */
export async function registerGraph(api: Api, name: string, root: string): Promise<Graph> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    try {
      return await api.addGraph({ name, root });
    } catch (error) {
      if (error instanceof ApiError && error.status === 409)
        throw new UserError(`${error.message.replace(/; choose .*/, '')}; choose another name with --graph.`);
      if (!(error instanceof ApiError)) throw error;
      if (!error.retryable || Date.now() > deadline) throw new UserError(`The graph ${name} can't be added: ${error.message}.`);
      await wait(RETRY_MS);
    }
  }
}

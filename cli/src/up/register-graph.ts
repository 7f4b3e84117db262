import { ApiError, createApi, type Graph } from '@graphtail/client';
import { UserError } from '../user-error.ts';

/** Adds the graph, or finds it added. @throws {UserError} where its name is another folder's. */
export async function registerGraph(url: string, name: string, root: string): Promise<Graph> {
  try {
    return await createApi(url).addGraph({ name, root });
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) {
      throw new UserError(`${error.message.replace(/; give .*/, '')}; choose another name with --graph.`);
    }
    throw error;
  }
}

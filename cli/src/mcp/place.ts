import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, createApi, type TokenSource } from '@graphtail/client';
import { SharedGraphtail } from './shared-graphtail.ts';

/** A Graphtail, and the graph in it that agents ask about by default. */
export type Place = { readonly url: string; readonly graph: string | undefined; readonly leave: () => Promise<void> };

/** A Graphtail that has just started answers before it has added its graph. */
const REGISTERED_WITHIN_MS = 10_000;
const LOOK_MS = 100;

/**
 * The Graphtail to ask about a folder: the one at `url` if it has a graph of the folder or was named, else one that agents share.
 * @param isNamed the user named the address: no other is taken, and no graph is chosen but the only one
 */
export async function placeFor(
  folder: string,
  { url, token, isNamed }: { url: string; token: TokenSource | undefined; isNamed: boolean },
): Promise<Place> {
  const real = await realpath(folder);
  const graph = await graphHolding(real, url, token);
  if (graph !== undefined || isNamed) return { url, graph, leave: () => Promise.resolve() };
  const shared = new SharedGraphtail(rootOf(real));
  const address = await shared.join();
  const found = async (): Promise<string | undefined> => {
    const deadline = Date.now() + REGISTERED_WITHIN_MS;
    for (;;) {
      const name = await graphHolding(real, address, token);
      if (name !== undefined || Date.now() > deadline) return name;
      await wait(LOOK_MS);
    }
  };
  return { url: address, graph: await found(), leave: () => shared.leave() };
}

/** The graph with the deepest root that holds a folder; undefined if there is none, or nothing answers. */
async function graphHolding(folder: string, url: string, token: TokenSource | undefined): Promise<string | undefined> {
  try {
    const graphs = await createApi(url, token).graphs();
    const holding = graphs.flatMap(({ name, root }) => (root !== undefined && isWithin(folder, root) ? [{ name, root }] : []));
    return holding.sort((a, b) => b.root.length - a.root.length)[0]?.name;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function isWithin(folder: string, root: string): boolean {
  return folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The work tree that a folder is in, else the folder. */
function rootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return folder;
  }
}

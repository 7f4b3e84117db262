import { whyUnwritable } from '@graphtail/runtime/folder';
import { mendAof, type MendOptions } from './aof/mend-aof.ts';
import type { Cause } from './supervised.ts';

export type EndOptions = MendOptions & { readonly wasReady: boolean };

/** Finds why the private Redis ended, from the files that it left behind. If the end of its files is damaged, cuts that off. */
export async function causeOfEnd(folder: string, { wasReady, ...options }: EndOptions): Promise<Cause | undefined> {
  const unwritable = await whyUnwritable(folder);
  if (unwritable !== undefined) return { kind: 'stays', why: `Redis can't keep its files in ${folder}: ${unwritable}.` };
  if (wasReady) return undefined; // it had loaded its files, so they were whole
  const mending = await mendAof(folder, options);
  switch (mending.kind) {
    case 'whole':
      return undefined;
    case 'cut': {
      const { file, bytes, kept } = mending;
      const what = `${String(bytes)} bytes were cut off the damaged end of ${file}; their content is analysed again. The damaged file is kept: ${kept}`;
      return { kind: 'mended', what };
    }
    case 'beyond_repair': {
      const { file, why, ends } = mending;
      const cut = ends === undefined ? '' : `, or cut all that follows with redis-check-aof --fix`;
      return {
        kind: 'stays',
        why: `Redis can't load ${file}: it ${why}. Put a copy of ${folder} back${cut}, or move that folder away to begin with an empty log.`,
      };
    }
  }
}

import { whyUnwritable } from '@graphtail/runtime/folder';
import { mendAof, type MendOptions } from './aof/mend-aof.ts';
import type { Cause } from './supervised.ts';

export type EndOptions = MendOptions & { readonly wasReady: boolean };

/** Why the private Redis ended, by what it left behind; a damaged end of its files is cut off. */
export async function causeOfEnd(folder: string, { wasReady, ...options }: EndOptions): Promise<Cause | undefined> {
  const unwritable = await whyUnwritable(folder);
  if (unwritable !== undefined) return { kind: 'stays', why: `Redis can't keep its files in ${folder}: ${unwritable}.` };
  if (wasReady) return undefined; // what it had loaded was whole
  const mending = await mendAof(folder, options);
  switch (mending.kind) {
    case 'whole':
      return undefined;
    case 'cut': {
      const { file, bytes, kept } = mending;
      const what = `${String(bytes)} bytes were cut off the damaged end of ${file}; what they held is analysed again. The damaged file is kept: ${kept}`;
      return { kind: 'mended', what };
    }
    case 'beyond_repair': {
      const { file, why, ends } = mending;
      const cut = ends === undefined ? '' : `, or cut all that follows with redis-check-aof --fix`;
      return {
        kind: 'stays',
        why: `Redis can't load ${file}: it ${why}. Put a copy of ${folder} back${cut}, or move that folder away to begin anew.`,
      };
    }
  }
}

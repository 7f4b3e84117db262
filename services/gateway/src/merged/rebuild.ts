import type { Merge } from './merge.ts';

/** `/api/graph/admin/rebuild`: every projector has a state of its own to fold again. */
export const REBUILD: Merge = {
  method: 'POST',
  path: '/api/graph/admin/rebuild',
  merge: (replies, missing) => ({ ...replies[0].body, rebuilding: true, projectors: replies.map(({ from }) => from.address), missing }),
};

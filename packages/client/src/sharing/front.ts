import type { Offset } from '@graphtail/facts';

/** What the front of a frame says. The server writes it, so it has one form, and a frame of hundreds of facts need not be parsed for it. */
export type Front = {
  readonly type: string;
  /** `facts` and `progress` only. */
  readonly prev?: Offset;
  readonly through?: Offset;
  /** `caught_up` and `fell_behind` only. */
  readonly cursor?: Offset;
};

const FRONT = /^\{"type":"([a-z_]+)"(?:,"graph":"[^"]*")?(?:,"prev":"([^"]*)","through":"([^"]*)"|,"cursor":"([^"]*)")?/;

/** Undefined if the text is not a frame. */
export function frontOf(text: string): Front | undefined {
  const found = FRONT.exec(text);
  if (found === null) return undefined;
  const [, type = '', prev, through, cursor] = found;
  if (cursor !== undefined) return { type, cursor: cursor as Offset };
  return prev === undefined || through === undefined ? { type } : { type, prev: prev as Offset, through: through as Offset };
}

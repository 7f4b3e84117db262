import { seqOf, type ErrorFrame, type Offset } from '@graphtail/facts';
import { whole } from '../format/numbers.ts';

/** Why received facts were dropped. */
export type LogChange = {
  readonly code: ErrorFrame['code'];
  /** The last fact that the log kept, if it lost later ones. */
  readonly divergedAt: Offset | undefined;
  /** When the page learned it, in ms. */
  readonly at: number;
};

/** What happened to the log, and what that means for the screen, as text. */
export function wordsForChange({ code, divergedAt }: LogChange): string {
  switch (code) {
    case 'LOG_TRUNCATED': {
      const after = divergedAt === undefined ? 'its newest facts' : `every fact after #${whole(seqOf(divergedAt))}`;
      return `The log lost ${after}, as happens when Redis fails over. This page dropped what it had received and read the log again. What the source still says is appended again.`;
    }
    case 'CURSOR_TOO_OLD':
      return 'This page was away for longer than the log keeps facts. It dropped what it had received and read the newest facts again.';
    case 'UNKNOWN_GRAPH':
      return 'The graph was unknown for a while, for example because Redis was emptied. This page dropped what it had received; what you see is from the present log.';
    default:
      return 'The log was replaced by another one: Redis was emptied, or restored from an older copy. This page dropped what it had received; what you see is from the new log.';
  }
}

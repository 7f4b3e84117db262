import { epochOf, seqOf, type RawLog } from './raw-log.ts';

export type Refused = {
  readonly code: string;
  readonly retryable: boolean;
  readonly diverged_at?: string;
  readonly earliest?: string;
  readonly resume_at?: string;
};

/** A refusal, and the cursor that it was the answer to. */
export type Told = Refused & { readonly cursor: string | undefined };

/**
 * Whether the log itself says what a subscriber was told of its cursor: who refuses every cursor loses nobody's facts in silence, and serves nobody.
 * Where the log lost its own list of epochs there is nothing to hold a refusal against.
 * @param opened the newest epoch at the comparison before: an older copy that came back since may begin earlier than the log that was judged
 */
export function isJustified({ code, cursor, diverged_at }: Told, log: RawLog, opened: number): boolean {
  if (cursor === undefined) return true;
  const its = log.epochs.find(({ epoch }) => epoch === epochOf(cursor));
  switch (code) {
    case 'CURSOR_TOO_OLD':
      return seqOf(cursor) < seqOf(log.floor) || log.newestEpoch > opened;
    case 'STREAM_REPLACED':
      return its === undefined || seqOf(cursor) <= its.startSeq;
    case 'LOG_TRUNCATED': {
      const diverged = seqOf(diverged_at ?? cursor);
      return (
        its === undefined ||
        (diverged < seqOf(cursor) && log.epochs.some(({ epoch, startSeq }) => epoch > its.epoch && startSeq <= diverged))
      );
    }
    default:
      return true;
  }
}

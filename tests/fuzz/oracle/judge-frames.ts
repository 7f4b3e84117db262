import type { Verdict } from './judge-answer.ts';

export type SeenFrame = { readonly type?: unknown } & Readonly<Record<string, unknown>>;

/** Codes of `error` that say that something of the product's does not run, or has a bug. */
const BLAMES_ITSELF = new Set(['INTERNAL', 'UNAVAILABLE']);

export function parseFrame(text: string): SeenFrame | undefined {
  try {
    return JSON.parse(text) as SeenFrame;
  } catch {
    return undefined;
  }
}

/** What is wrong with the frames that one subscription was sent: docs/PROTOCOL.md, S2, S3a and E1. */
export function judgeFrames(
  frames: readonly (SeenFrame | undefined)[],
  parameters: readonly (readonly [string, string])[],
): Verdict | undefined {
  const [first] = frames;
  if (frames.includes(undefined)) return { what: 'a frame that is no JSON', detail: '' };
  if (first !== undefined && first.type !== 'subscribed' && first.type !== 'error')
    return { what: 'a first frame that is neither subscribed nor error', detail: show(first) };
  let cursor: unknown;
  for (const frame of frames as readonly SeenFrame[]) {
    switch (frame.type) {
      case 'subscribed':
        cursor = frame['cursor'];
        break;
      case 'snapshot_end':
        cursor = frame['as_of'];
        break;
      case 'facts':
      case 'progress':
      case 'cdc_event':
        if (frame['prev'] !== cursor)
          return { what: 'a gap', detail: `after ${String(cursor)} came ${show(frame)}; ${JSON.stringify(parameters)}` };
        cursor = frame['through'] ?? frame['offset'];
        break;
      case 'error':
        return wrongError(frame);
    }
  }
  return undefined;
}

function wrongError(frame: SeenFrame): Verdict | undefined {
  const { code, message, retryable } = frame;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof retryable !== 'boolean')
    return { what: 'an error frame that lacks fields', detail: show(frame) };
  if (BLAMES_ITSELF.has(code)) return { what: `an error frame ${code} though everything runs`, detail: show(frame) };
  if (code === 'BAD_REQUEST' && !/^[^:]{0,80}: /.test(message))
    return { what: 'a bad request that names no parameter', detail: show(frame) };
  if (message.length > 4_000) return { what: 'an error frame of more than 4,000 characters', detail: show(frame) };
  return undefined;
}

function show(frame: SeenFrame): string {
  return JSON.stringify(frame).slice(0, 300);
}

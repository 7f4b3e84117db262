import type { Frame, FrameOf, Offset } from '@graphtail/facts';

/** One message of a subscription, before a transport gives it its form. */
export type Message = {
  readonly type: Frame['type'] | 'cdc_event';
  /** The subscriber's cursor after it has read this; '' if it no longer has one; undefined if the message does not say. */
  readonly cursor: Offset | '' | undefined;
  /** JSON text. */
  readonly text: string;
};

/**
 * A `facts` frame around stored bytes: each fact on a line of its own between `[\n` and `\n]`, so that a client
 * can cut them out as they were stored. `payload` is facts' JSON joined by `,\n`; it is not parsed.
 */
export function factsMessage(graph: string, prev: Offset, through: Offset, appendedAt: number, payload: string): Message {
  const time = new Date(appendedAt).toISOString();
  const head = `{"type":"facts","graph":"${graph}","prev":"${prev}","through":"${through}","appended_at":"${time}","facts":[\n`;
  return { type: 'facts', cursor: through, text: `${head}${payload}\n]}` };
}

/** One fact as a message of its own: `prev` before the stored JSON. */
export function cdcEventMessage(prev: Offset, at: Offset, fact: string): Message {
  return { type: 'cdc_event', cursor: at, text: `{"type":"cdc_event","prev":"${prev}",${fact.slice(1)}` };
}

type Plain = Exclude<Frame, FrameOf<'facts'>>;

/** A frame without facts. `cursor` as in {@link Message}. */
export function frameMessage(frame: Plain, cursor?: Offset | ''): Message {
  return { type: frame.type, cursor, text: JSON.stringify(frame) };
}

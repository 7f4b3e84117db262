import { FACT_SEPARATOR, FrameSchema, isOffset, seqOf, isFact, type Fact, type Frame, type FrameOf, type Offset } from '@graphtail/facts';

/** A frame as it was received. With a `facts` frame comes the text of each fact. */
export type Received =
  | { readonly kind: 'facts'; readonly frame: FrameOf<'facts'>; readonly raw: readonly string[] }
  /** One fact, if the client did not request batches. */
  | { readonly kind: 'fact'; readonly prev: Offset; readonly fact: Fact; readonly raw: string }
  | { readonly kind: 'frame'; readonly frame: Exclude<Frame, { type: 'facts' }> }
  /** A frame of a newer server. An older client can ignore it. */
  | { readonly kind: 'unknown' }
  /** `through`: the cursor after the facts of the malformed frame, if it can be read. */
  | { readonly kind: 'malformed'; readonly why: string; readonly through?: Offset };

const OPENING = '"facts":[\n';
const CLOSING = '\n]}';
/** Finds the end of a frame's facts. The server writes the front of the frame, so it is intact even if stored facts are damaged. */
const END_OF_FACTS = /^\{"type":"(?:facts","graph":"[^"]*","prev":"[^"]*","through|cdc_event","prev":"[^"]*","offset)":"([^"]*)"/;
const KNOWN = new Set<string>(FrameSchema.options.map((option) => option.shape.type.value));

/** Parses one message of a subscription. Never throws. */
export function readFrame(text: string): Received {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const through = END_OF_FACTS.exec(text)?.[1];
    return { kind: 'malformed', why: 'not JSON', ...(offset(through) && { through }) };
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    return { kind: 'malformed', why: 'no type' };
  }
  if (value.type === 'cdc_event') return readFact(value, text);
  if (!KNOWN.has(value.type)) return { kind: 'unknown' };
  if (value.type === 'facts') return readFacts(value, text);
  const parsed = FrameSchema.safeParse(value);
  if (!parsed.success) return { kind: 'malformed', why: `${value.type}: ${parsed.error.issues[0]?.message ?? ''}` };
  // the value as received: an entity has the same hash only with all its attributes, also those unknown here
  return { kind: 'frame', frame: value as Exclude<Frame, { type: 'facts' }> };
}

/**
 * Checks only a fact's envelope, not its data against the schema. A fact whose event type this version does not know must still
 * reach the listener (and its receipt), and a schema would remove members that it does not know.
 */
function readFacts(value: object, text: string): Received {
  const { prev, through, appended_at: appendedAt, facts, graph } = value as Record<string, unknown>;
  if (!offset(prev) || !offset(through) || typeof appendedAt !== 'string' || typeof graph !== 'string' || !Array.isArray(facts)) {
    return { kind: 'malformed', why: 'facts: a field is missing' };
  }
  let last = seqOf(prev);
  for (const fact of facts as unknown[]) {
    if (!isFact(fact)) return { kind: 'malformed', why: 'facts: what is in it is not a fact', through };
    const seq = seqOf(fact.offset);
    if (seq <= last || seq > seqOf(through)) return { kind: 'malformed', why: `facts: ${fact.offset} is out of its place` };
    last = seq;
  }
  const raw = rawFacts(text);
  if (raw?.length !== facts.length) return { kind: 'malformed', why: 'facts: not laid out one to a line' };
  return { kind: 'facts', frame: { type: 'facts', graph, prev, through, appended_at: appendedAt, facts: facts as Fact[] }, raw };
}

/** The fact's text is its opening brace and what follows `prev`. */
function readFact(value: object, text: string): Received {
  const { type: _, prev, ...fact } = value as Record<string, unknown>;
  if (!offset(prev) || !isFact(fact)) return { kind: 'malformed', why: 'cdc_event: a field is missing' };
  const front = `{"type":"cdc_event","prev":"${prev}",`;
  if (!text.startsWith(front)) return { kind: 'malformed', why: 'cdc_event: its fact is not laid out as it was stored' };
  if (seqOf(fact.offset) <= seqOf(prev)) return { kind: 'malformed', why: `cdc_event: ${fact.offset} is out of its place` };
  return { kind: 'fact', prev, fact, raw: `{${text.slice(front.length)}` };
}

/** Finds the text of each fact without parsing. A fact's JSON holds no line feed, and the frame puts line feeds around each fact. */
function rawFacts(text: string): string[] | undefined {
  const from = text.indexOf(OPENING);
  const to = text.lastIndexOf(CLOSING);
  if (from < 0 || to < from + OPENING.length - 1) return undefined;
  const payload = text.slice(from + OPENING.length, to);
  return payload.trim() === '' ? [] : payload.split(FACT_SEPARATOR);
}

function offset(value: unknown): value is Offset {
  return typeof value === 'string' && isOffset(value);
}

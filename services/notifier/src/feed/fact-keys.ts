/** The parts of a fact that a filter or a paced replay reads. */
export type FactKeys = {
  readonly eventType: string;
  readonly entityType: string;
  readonly filePath: string | undefined;
  /** ms since 1970. */
  readonly time: number;
};

type Readable = { event_type?: unknown; entity_type?: unknown; timestamp?: unknown; data?: { file_path?: unknown } | null };

/** Reads the keys of a fact's JSON. A kind of fact that this version does not know is read like any other. */
export function readKeys(json: string): FactKeys {
  const { event_type, entity_type, timestamp, data } = JSON.parse(json) as Readable;
  return {
    eventType: String(event_type),
    entityType: String(entity_type),
    filePath: typeof data?.file_path === 'string' ? data.file_path : undefined,
    time: Date.parse(String(timestamp)),
  };
}

import { MalformedFact, decodeFact } from '@graphtail/facts';

/** The parts of a fact that a filter or a paced replay reads. */
export type FactKeys = {
  readonly eventType: string;
  readonly entityType: string;
  readonly filePath: string | undefined;
  /** ms since 1970. */
  readonly time: number;
};

/** Reads the keys of a stored fact. A kind of fact that this version does not know is read like any other. @throws {MalformedFact} */
export function readKeys(json: string): FactKeys {
  const fact = decodeFact(json);
  if (fact instanceof MalformedFact) throw fact;
  const { file_path: path } = fact.data as { readonly file_path?: unknown };
  return {
    eventType: fact.event_type,
    entityType: fact.entity_type,
    filePath: typeof path === 'string' ? path : undefined,
    time: Date.parse(fact.timestamp),
  };
}

/**
 * Separates the facts' JSON in a batch's payload. A fact's JSON holds no line feed, so a reader finds the separator
 * without parsing. A frame is a few bytes around the stored bytes.
 */
export const FACT_SEPARATOR = ',\n';

export function joinPayload(facts: readonly string[]): string {
  return facts.join(FACT_SEPARATOR);
}

export function splitPayload(payload: string): string[] {
  return payload.split(FACT_SEPARATOR);
}

/**
 * A batch's payload: each fact's JSON, joined by `,\n`. JSON text holds no line feed of its own, so
 * that the separator can be found without parsing, and a frame is a few bytes around stored bytes.
 */
export const FACT_SEPARATOR = ',\n';

export function joinPayload(facts: readonly string[]): string {
  return facts.join(FACT_SEPARATOR);
}

export function splitPayload(payload: string): string[] {
  return payload.split(FACT_SEPARATOR);
}

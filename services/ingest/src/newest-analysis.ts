import type { Fact } from '@graphtail/facts';
import { CursorRefused, LogDamaged, decodeFacts, type FactLog } from '@graphtail/log';

export type AnalysisFact = Extract<Fact, { entity_type: 'analysis' }>;

/** How many facts before the head are looked at. An analysis that ended leaves its last fact there, unless many saves followed. */
const WITHIN_FACTS = 1_000;

/** The log's newest fact about an analysis; undefined if the last facts hold none, or can't be read. Rejects while Redis is away. */
export async function newestAnalysis(log: FactLog): Promise<AnalysisFact | undefined> {
  try {
    let newest: AnalysisFact | undefined;
    let cursor = await log.resolve({ kind: 'last', count: WITHIN_FACTS });
    for (;;) {
      const page = await log.readAfter(cursor);
      for (const batch of page.batches) {
        newest = decodeFacts(batch, cursor).findLast((fact) => fact.entity_type === 'analysis') ?? newest;
        cursor = batch.through;
      }
      if (page.caughtUp) return newest;
    }
  } catch (error) {
    if (error instanceof LogDamaged || error instanceof CursorRefused || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

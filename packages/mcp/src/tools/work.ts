import { z } from 'zod';
import { Bounds, Requested } from '../answers.ts';
import { common, tool } from '../tool.ts';

const PATIENCE_MS = 120_000;
const EACH_MS = 500;

const Facts = z.object({
  through: z.string(),
  facts: z.array(z.object({ event_type: z.string(), entity_id: z.string(), data: z.record(z.string(), z.unknown()) })),
});

/** Tools that make Graphtail work. */
export const WORK = [
  tool({
    name: 'reanalyze',
    title: 'Analyse again',
    description:
      'Analyses the code again and waits for the end. Saved files are followed by themselves; this is for doubt: force compares everything, and no change proves that the graph was right.',
    input: { graph: common.graph, force: z.boolean().default(false).describe('parse every file again') },
    isWrite: true,
    async run(ask, { graph, force }, progress) {
      let { head: cursor } = await ask.get(Bounds, '/api/log', { graph });
      const { analysis_id: id } = await ask.post(Requested, '/api/graph/admin/reanalyze', { graph }, { force });
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline) {
        const page = await ask.get(Facts, '/api/log/facts', { graph, from: cursor, limit: 1000 });
        cursor = page.through;
        for (const { event_type: type, entity_id, data } of page.facts) {
          if (entity_id !== id) continue;
          if (type === 'analysis_progress') await progress(`${String(data['phase'])} ${String(data['percentage'])} %`);
          if (type === 'analysis_completed')
            return `Analysed: ${String(data['changes'])} changes, ${String(data['files_failed'])} files failed. cursor: ${cursor}`;
          if (type === 'analysis_failed' || type === 'analysis_cancelled')
            return `The analysis ended: ${String(data['reason'])}. cursor: ${cursor}`;
        }
        if (page.facts.length === 0) await new Promise((resolve) => setTimeout(resolve, EACH_MS));
      }
      return `The analysis ${id} goes on. Ask changed_since with ${cursor} later.`;
    },
  }),
];

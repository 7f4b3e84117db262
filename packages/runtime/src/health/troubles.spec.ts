import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '../logger.ts';
import { createRegistry } from '../metrics.ts';
import { TROUBLE_KINDS } from './trouble-kinds.ts';
import { Troubles, type Complaint } from './troubles.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');

describe('The troubles of a service', () => {
  let now: number;
  let complaints: Complaint[];
  let lines: string[];
  let troubles: Troubles;
  let registry: ReturnType<typeof createRegistry>;

  beforeEach(() => {
    [now, complaints, lines, registry] = [START, [], [], createRegistry()];
    const logger = createLogger('projector', 'info', { write: (line) => void lines.push(line) });
    troubles = new Troubles(logger, registry, () => now);
    troubles.watch(() => complaints);
  });
  afterEach(() => troubles.close());

  const later = (ms: number) => {
    now += ms;
    return troubles.list;
  };
  const said = () => lines.map((line) => JSON.parse(line) as { level: string; msg: string; code: string; graph?: string });

  it('degrade its health, and say what it is, since when, and what to do', () => {
    expect(troubles.health({ graphs: 1 })).toEqual({ status: 'ok', troubles: [], graphs: 1 });
    complaints = [{ code: 'root_unreadable', graph: 'g', message: 'the folder is gone' }];
    later(0);
    now += 5_000;
    const remedy = TROUBLE_KINDS.root_unreadable.remedy;
    expect(troubles.health({ graphs: 1 })).toEqual({
      status: 'degraded',
      troubles: [{ code: 'root_unreadable', graph: 'g', message: 'the folder is gone', remedy, since: new Date(START).toISOString() }],
      graphs: 1,
    });
    complaints = [];
    expect(troubles.health({}).status).toBe('ok');
  });

  it('count only after they have lasted, and begin anew after an interruption', () => {
    const { afterMs } = TROUBLE_KINDS.projector_behind;
    const behind: Complaint = { code: 'projector_behind', graph: 'g', message: 'behind' };
    complaints = [behind];
    expect(later(0)).toEqual([]);
    expect(later(afterMs - 1)).toEqual([]);
    complaints = [];
    later(0);
    complaints = [behind];
    expect(later(1)).toEqual([]);
    expect(later(afterMs - 1)).toEqual([]);
    expect(later(1).length).toBe(1);
  });

  it('may say themselves since when they are; who has moved on since is in no trouble', () => {
    const { afterMs } = TROUBLE_KINDS.appends_stalled;
    complaints = [{ code: 'appends_stalled', graph: 'g', message: 'OOM', since: now - afterMs }];
    expect(later(0)[0]?.since).toBe(new Date(START - afterMs).toISOString());
    complaints = [{ code: 'appends_stalled', graph: 'g', message: 'OOM', since: now }];
    expect(later(0)).toEqual([]);
  });

  it('are logged once when they begin and once when they end, however their message changes', () => {
    complaints = [
      { code: 'root_unreadable', graph: 'a', message: 'it is gone' },
      { code: 'root_unreadable', graph: 'b', message: 'it is a file' },
      { code: 'redis_away', message: 'who noticed has logged it' },
    ];
    later(0);
    complaints = [{ code: 'root_unreadable', graph: 'a', message: 'it is a file' }];
    later(1_000);
    complaints = [];
    later(1_000);
    expect(said().map(({ level, graph, msg }) => `${level} ${graph ?? ''} ${msg}`)).toEqual([
      'warn a it is gone',
      'warn b it is a file',
      'info b over: it is a file',
      'info a over: it is a file',
    ]);
  });

  it('are a gauge by code', async () => {
    const values = async () =>
      (await registry.getSingleMetric('graphtail_trouble')?.get())?.values.map(({ labels, value }) => [labels['code'], value]);
    expect(await values()).toEqual([]);
    complaints = ['a', 'b'].map((graph) => ({ code: 'root_unreadable', graph, message: 'gone' }));
    expect(await values()).toEqual([['root_unreadable', 2]]);
    complaints = [];
    expect(await values()).toEqual([]);
  });

  it('have each a line in docs/TROUBLESHOOTING.md', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../../docs/TROUBLESHOOTING.md'), 'utf8');
    for (const code of Object.keys(TROUBLE_KINDS)) expect(page).toContain(`\`${code}\``);
  });
});

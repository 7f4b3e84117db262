import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { ORIGIN, Rules, violationId, type Fact } from '@graphtail/facts';
import { Snapshots, decodeFacts } from '@graphtail/log';
import { eventually } from '../../../../tests/support/eventually.ts';
import { useLog } from '../../../../tests/support/use-log.ts';
import { SessionRig } from '../incremental/specs/session-rig.ts';
import { ToldViolations } from './told-violations.ts';
import { GraphView } from '../view.ts';

const APART = { rules: [{ name: 'features', apart: 'features/*' }] };
const NOT_YET = { rules: [] };

describe('The rules of a root', () => {
  const context = useLog();
  let root: string;
  let threads: AnalysisThreads;
  let rig: SessionRig;

  beforeAll(() => {
    threads = new AnalysisThreads({ workers: 1 });
  });
  afterAll(() => threads.close());
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-rules-'));
    rig = new SessionRig({ root, redis: context.redis, threads });
    await rig.tree.writeAll([
      ['features/cart/cart.ts', "import { user } from '../login/user.ts';\nexport const cart = user;\n"],
      ['features/login/user.ts', 'export const user = 1;\n'],
      ['graphtail.config.json', JSON.stringify(APART)],
    ]);
    await rig.inStep();
  });
  afterEach(async () => {
    await rig.close();
    await rm(root, { recursive: true });
  });

  const facts = async (): Promise<Fact[]> => {
    const { batches } = await context.log.readAfter(ORIGIN, { entries: 1_000 });
    return batches.flatMap((batch) => decodeFacts(batch, batch.prev));
  };
  const told = async () => (await facts()).filter(({ entity_type: type }) => type === 'rule').map(({ event_type }) => event_type);
  const becomes = (...types: string[]) => eventually(async () => (await told()).join(' ') === types.join(' '));

  it('are told of a violation when it appears and when it is gone, by a save and by an analysis', async () => {
    await becomes('rule_violated');
    const violated = (await facts()).find(({ event_type }) => event_type === 'rule_violated')!;
    expect(violated.data).toEqual({
      rule: 'features',
      source_id: 'features/cart/cart.ts',
      target_id: 'features/login/user.ts',
      relationship_type: 'imports',
      message: 'features/cart/cart.ts may not depend on features/login/user.ts',
    });
    await rig.tree.write('features/cart/cart.ts', 'export const cart = 2;\n');
    await becomes('rule_violated', 'rule_satisfied');
    await rig.tree.write('features/login/user.ts', "import { cart } from '../cart/cart.ts';\nexport const user = cart;\n");
    await becomes('rule_violated', 'rule_satisfied', 'rule_violated');
    await rig.tree.remove('features/login/user.ts');
    await becomes('rule_violated', 'rule_satisfied', 'rule_violated', 'rule_satisfied');
  });

  it('are applied to everything when they change; a file that is no configuration leaves them as they were', async () => {
    await becomes('rule_violated');
    await rig.tree.write('graphtail.config.json', '{ "rules": [{}] }');
    await rig.tree.write('features/login/user.ts', "import { cart } from '../cart/cart.ts';\nexport const user = 3;\n");
    await becomes('rule_violated', 'rule_violated');
    await rig.tree.write('graphtail.config.json', JSON.stringify(NOT_YET));
    await becomes('rule_violated', 'rule_violated', 'rule_satisfied', 'rule_satisfied');
    expect((await facts()).filter(({ event_type: type }) => type === 'rule_satisfied').length).toBe(2);
  });

  it('repeat nothing after a restart, and the log says what is true, also if a snapshot holds the state', async () => {
    await becomes('rule_violated');
    await rig.close();
    await rig.tree.write('features/login/user.ts', "import { cart } from '../cart/cart.ts';\nexport const user = 3;\n");
    rig = new SessionRig({ root, redis: context.redis, threads });
    await becomes('rule_violated', 'rule_violated');

    const whole = new GraphView(context.log, new Snapshots(context.redis, context.log));
    const { signal } = new AbortController();
    await whole.catchUp(signal);
    const found = [...(await whole.violations(signal)).keys()];
    const readBack = new ToldViolations();
    readBack.restart(false);
    expect([...(await readBack.read(context.log, signal)).keys()].sort()).toEqual(found.sort());
    const rules = new Rules(APART.rules);
    const imports = (from: string, to: string) => ({ source_id: from, target_id: to, relationship_type: 'imports' as const });
    const [one] = rules.violations(imports('features/cart/cart.ts', 'features/login/user.ts'));
    const [other] = rules.violations(imports('features/login/user.ts', 'features/cart/cart.ts'));
    expect(found).toEqual([violationId(one!), violationId(other!)].sort());
  });
});

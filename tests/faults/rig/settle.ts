import { emptyState, evolve, stateDigest, type Fact } from '@graphtail/facts';
import { eventually } from '../../support/eventually.ts';
import { RawLog } from './raw-log.ts';
import { compareSnapshots } from './kept-snapshots.ts';
import { CHURN, SHOP, type Rig } from './rig.ts';
import type { Witness } from './witness.ts';

/** Longer than the minute for which a cursor ahead of the log is taken for an isolated old master's. */
const WITHIN_MS = 120_000;
const DURABLE_WITHIN_MS = 10_000;

type Stats = { readonly offset: string; readonly state_digest: string };

/**
 * Lets everything come to rest, and compares: what was appended = what is in the log = what was delivered (filtered, on each transport);
 * the source = a fold of the log = the projector = what each client folded, at the same offset. Then the changes go on.
 * @throws {Error} with every difference.
 */
export async function settle(rig: Rig): Promise<void> {
  rig.network.clear();
  rig.edge.clear();
  await rig.rest(WITHIN_MS);
  const sources = new Map([
    [CHURN, rig.writer.sourceDigest],
    [SHOP, await rig.folder.digest()],
  ]);
  const found: string[] = [];
  for (const [graph, digest] of sources) found.push(...(await compareGraph(rig, graph, digest)));
  const witnessed = [...rig.witnesses.map(({ record }) => record), ...rig.mirrors];
  for (const { violations } of witnessed) found.push(...violations.splice(0));
  if (found.length > 0)
    throw new Error(`seed ${String(rig.random.seed)}: ${String(found.length)} differences\n${found.slice(0, 20).join('\n')}`);
  count(rig);
  await rig.dismissGuests();
  rig.work();
}

function count(rig: Rig): void {
  for (const { record } of rig.witnesses) {
    rig.checked.deliveries += record.takeDeliveries();
    rig.told.push(...record.told.splice(0).map(({ code }) => code));
  }
  for (const mirror of rig.mirrors) {
    rig.checked.deliveries += mirror.deliveries;
    mirror.deliveries = 0;
  }
  rig.checked.appended = rig.writer.appended;
  rig.checked.comparisons++;
}

async function compareGraph(rig: Rig, graph: string, sourceDigest: string): Promise<string[]> {
  const found: string[] = [];
  const stats = async (): Promise<Stats | undefined> => rig.pipeline.get<Stats>(`/api/graph/stats?graph=${graph}`).catch(() => undefined); // still away
  let answered: Stats | undefined;
  let head = '';
  const witnesses = rig.witnesses.filter((witness) => witness.graph === graph && !witness.record.isOver);
  const records = witnesses.map(({ record }) => record);
  const mirrors = rig.mirrors.filter((mirror) => mirror.graph === graph);
  await eventually(async () => {
    head = (await rig.direct.hget(`graphtail:{${graph}}:meta`, 'head')) ?? '';
    answered = await stats();
    return (
      answered?.state_digest === sourceDigest && answered.offset === head && [...records, ...mirrors].every(({ cursor }) => cursor === head)
    );
  }, WITHIN_MS).catch(() => {
    found.push(
      `${graph}: head ${head}, source ${sourceDigest}, projector ${answered?.state_digest ?? 'away'} at ${answered?.offset ?? '?'}`,
    );
    for (const { name, cursor } of [...records, ...mirrors]) found.push(`  ${name} at ${String(cursor)}`);
    for (const { name, told } of records) if (told.length > 0) found.push(`  ${name} was told ${JSON.stringify(told.at(-1))}`);
  });
  const log = await RawLog.read(rig.direct, graph);
  found.push(...log.violations.map((violation) => `${graph}: ${violation}`));
  if (log.floor === '0-0') {
    const state = emptyState();
    for (const { json } of log.facts) evolve(state, JSON.parse(json) as Fact);
    if (stateDigest(state) !== sourceDigest)
      found.push(`${graph}: a fold of the log comes to ${stateDigest(state)}, the source to ${sourceDigest}`);
    if (state.anomalies > 0) found.push(`${graph}: ${String(state.anomalies)} anomalies in the log`);
  }
  if (graph === CHURN) {
    for (const { through, batchId } of rig.writer.acknowledged.splice(0))
      if (!log.accountsFor(through, batchId)) found.push(`${graph}: ${through} was acknowledged, is not there, and no epoch says so`);
  }
  for (const witness of rig.witnesses) if (witness.graph === graph) witness.record.compare(log);
  for (const witness of witnesses) if (witness.consumer !== undefined) found.push(...(await compareDurableCursor(rig, witness, head)));
  const snapshots = await compareSnapshots(rig.direct, graph, log, sourceDigest);
  found.push(...snapshots.violations);
  rig.checked.snapshots += snapshots.compared;
  for (const mirror of mirrors) {
    mirror.compare(log);
    if (mirror.digest !== undefined && mirror.digest !== sourceDigest)
      found.push(`${mirror.name} folded ${mirror.digest}, the source is ${sourceDigest}`);
    const verdict = await mirror.subscription.verifyReceipt();
    if (verdict.status === 'proved') rig.checked.receipts++;
    if (verdict.status === 'differs') found.push(`${mirror.name}: its receipt differs: ${JSON.stringify(verdict)}`);
  }
  return found;
}

/** What it acknowledges at rest is where the server keeps its cursor. */
async function compareDurableCursor(rig: Rig, witness: Witness, head: string): Promise<string[]> {
  let stored: string | undefined;
  return eventually(async () => {
    witness.acknowledge();
    const entry = await rig.direct.hget(`graphtail:{${witness.graph}}:consumers`, witness.consumer!);
    stored = entry === null ? undefined : (JSON.parse(entry) as { cursor: string }).cursor;
    return stored === head;
  }, DURABLE_WITHIN_MS).then(
    () => [],
    () => [`${witness.record.name}: acknowledged ${head}, and the server keeps ${String(stored)}`],
  );
}

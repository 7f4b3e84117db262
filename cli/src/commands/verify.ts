import {
  SubscriptionRefused,
  connect,
  type Bounds,
  type ConnectOptions,
  type FactsEvent,
  type ReceiptVerdict,
  type Stats,
} from '@graphtail/client';
import { ORIGIN, placeOf, seqOf, type Offset } from '@graphtail/facts';
import type { Command } from 'commander';
import { Terminal } from '../up/terminal.ts';
import { UserError } from '../user-error.ts';
import { figure, seconds } from './fact-line.ts';
import { FoldProof, type Difference } from './fold-proof.ts';
import { printable } from '../printable.ts';
import { inkFor } from './ink.ts';
import { SnapshotProof, stateAt } from './snapshot-proof.ts';
import { apiOf, explained, subscriptionOf, withServer, type ServerOptions } from './server.ts';

const HELP = `
Reads the whole log and folds it here, from its beginning or, if that was trimmed, from the oldest snapshot.
It compares
  entity hashes   of every fact, computed again from the entity after it
  snapshots       the state digest and the running digest of each kept snapshot, with the fold at that offset
  analyses        the state digest of each analysis_completed, with the fold at that offset
  projector       the projector's state digest, with the fold at the log's head
  receipt         the number and digest of the received facts, with the log's running digest
A damaged batch is named and left out of the fold, so later differences may be its effect.

Exit codes: 0 everything is equal; 1 there is a difference, or it could not be compared.`;

const DAMAGED = 'damaged batch';

/** `graphtail verify`: proves that the services show what the log says. */
export function register(program: Command): void {
  const command = program
    .command('verify')
    .description('fold the log again and compare the result with what the services say')
    .addHelpText('after', HELP);
  withServer(command, 'the same as one JSON object').action((options: ServerOptions) => explained(options, () => verify(options)));
}

/** What was compared, and what differed. */
type Proof = {
  readonly graph: string;
  readonly from: Offset;
  readonly to: Offset;
  readonly fold: FoldProof;
  readonly snapshots: number;
  readonly projector: Stats | undefined;
  readonly receipt: ReceiptVerdict | undefined;
  readonly ms: number;
  readonly differences: readonly Difference[];
};

async function verify(options: ServerOptions): Promise<void> {
  const proof = await prove(options);
  if (proof.differences.length > 0) process.exitCode = 1;
  process.stdout.write(`${options.json === true ? asJson(proof) : asText(proof)}\n`);
}

async function prove(options: ServerOptions): Promise<Proof> {
  const started = performance.now();
  const api = apiOf(options);
  const bounds = await api.log({ graph: options.graph });
  const { head: to } = bounds;
  const fold = new FoldProof();
  if (to === ORIGIN)
    return {
      graph: options.graph ?? '',
      from: to,
      to,
      fold,
      snapshots: 0,
      projector: undefined,
      receipt: undefined,
      ms: 0,
      differences: [],
    };
  const { graph, from, receipt, snapshots } = await foldLog(options, bounds, fold);
  const projector = await api.stats({ graph, at: to, minOffset: to });
  const differences = [
    ...fold.differences,
    ...notedDamage(bounds, fold),
    ...compareProjector(fold, projector, to),
    ...compareReceipt(receipt, to),
  ];
  return { graph, from, to, fold, snapshots, projector, receipt, ms: performance.now() - started, differences };
}

/** Folds the log from its start, or from the oldest kept snapshot if the start was trimmed. */
async function foldLog(
  options: ServerOptions,
  { floor, head }: Bounds,
  fold: FoldProof,
): Promise<{ graph: string; from: Offset; receipt: ReceiptVerdict | undefined; snapshots: number }> {
  const api = apiOf(options);
  const isTrimmed = floor !== ORIGIN;
  const kept = (await api.snapshots(options)).filter(({ as_of }) => seqOf(as_of) <= seqOf(head));
  const oldest = kept.at(-1);
  if (isTrimmed && oldest === undefined)
    throw new UserError('The beginning of the log was trimmed and no snapshot is left, so the state cannot be checked.');
  const proof = new SnapshotProof(fold, kept, isTrimmed);
  if (isTrimmed && oldest !== undefined) proof.begin(await stateAt(api, options.graph, oldest));
  const from = isTrimmed && oldest !== undefined ? oldest.as_of : ORIGIN;
  const terminal = new Terminal(process.stderr, process.stderr);
  const onFacts = (facts: FactsEvent): void => {
    proof.take(facts.facts, facts.raw);
    const share = (100 * (seqOf(facts.through) - seqOf(floor))) / Math.max(1, seqOf(head) - seqOf(floor));
    terminal.status(`  ◔ folding ${share.toFixed(0).padStart(3)} %  ${figure(fold.facts)} facts`);
  };
  try {
    for (let cursor: Offset = floor; ;) {
      const read = await readThrough({ ...subscriptionOf(options), from: cursor, to: head }, onFacts);
      if (read.damage === undefined) return { graph: read.graph, from, receipt: read.receipt, snapshots: proof.compared };
      const { message, resumeAt } = read.damage;
      fold.compare(resumeAt, DAMAGED, 'left out', message);
      if (seqOf(resumeAt) >= seqOf(head)) return { graph: read.graph, from, receipt: undefined, snapshots: proof.compared };
      cursor = resumeAt;
    }
  } finally {
    terminal.status(undefined);
  }
}

/** The result of reading the log. `damage`: a batch is damaged, and reading can continue only from `resumeAt`. */
type ReadThrough = {
  readonly graph: string;
  readonly receipt: ReceiptVerdict | undefined;
  readonly damage?: { readonly message: string; readonly resumeAt: Offset };
};

async function readThrough(options: ConnectOptions & { readonly to: Offset }, onFacts: (facts: FactsEvent) => void): Promise<ReadThrough> {
  const subscription = connect(options);
  const stop = (): void => {
    void subscription.close();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for await (const facts of subscription) onFacts(facts);
    const { cursor, graph = '' } = subscription;
    if (cursor === undefined || seqOf(cursor) < seqOf(options.to)) throw new UserError('Stopped before the end; nothing was compared.');
    return { graph, receipt: await subscription.verifyReceipt() };
  } catch (error) {
    if (!(error instanceof SubscriptionRefused)) throw error;
    const { code, message, resume_at: resumeAt } = error.error;
    if (code === 'CURSOR_TOO_OLD') throw new UserError('The log was trimmed while it was read; run it again.', { cause: error });
    if (code !== 'LOG_DAMAGED' || resumeAt === undefined) throw error;
    return { graph: subscription.graph ?? '', receipt: undefined, damage: { message, resumeAt } };
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await subscription.close();
  }
}

/** Damage that a service has found in a batch, although another service still had the batch in memory and sent it whole. */
function notedDamage({ damage = [] }: Bounds, { differences }: FoldProof): Difference[] {
  const isMet = ({ through }: { readonly through: Offset }): boolean =>
    differences.some(({ at, what }) => what === DAMAGED && at === through);
  return damage
    .filter((each) => !isMet(each))
    .map(({ through, batch, reason }) => ({
      at: through,
      what: DAMAGED,
      expected: 'sent from memory, whole',
      found: `the batch ${batch} that ends at ${through} is damaged: ${reason}`,
    }));
}

function compareProjector(fold: FoldProof, stats: Stats, at: Offset): Difference[] {
  const pairs = [
    { what: 'state_digest of the projector', expected: fold.digest, found: stats.state_digest },
    { what: 'total_nodes of the projector', expected: String(fold.nodes), found: String(stats.total_nodes) },
    { what: 'total_relationships of the projector', expected: String(fold.relationships), found: String(stats.total_relationships) },
  ];
  return pairs.filter(({ expected, found }) => expected !== found).map((pair) => ({ at, ...pair }));
}

function compareReceipt(verdict: ReceiptVerdict | undefined, at: Offset): Difference[] {
  if (verdict?.status !== 'differs') return [];
  const { ours, theirs } = verdict;
  const text = ({ count, digest }: typeof ours): string => `${String(count)} facts, ${digest}`;
  return [{ at, what: 'receipt', expected: text(ours), found: text(theirs) }];
}

function asJson({ graph, from, to, fold, snapshots, projector, receipt, ms, differences }: Proof): string {
  return JSON.stringify(
    {
      equal: differences.length === 0,
      graph,
      from,
      to,
      facts: fold.facts,
      entity_hashes: fold.hashes,
      analyses: fold.analyses,
      snapshots,
      anomalies: fold.anomalies,
      node_count: fold.nodes,
      relationship_count: fold.relationships,
      state_digest: fold.digest,
      projector_state_digest: projector?.state_digest,
      receipt,
      duration_ms: Math.round(ms),
      difference_count: differences.length - fold.differences.length + fold.differenceCount,
      differences,
    },
    undefined,
    2,
  );
}

function asText({ graph, from, to, fold, snapshots, projector, receipt, ms, differences }: Proof): string {
  const ink = inkFor(process.stdout);
  if (projector === undefined) return `${ink('completed', '✓')} the log is empty: there is nothing to compare`;
  const has = (word: string): boolean => differences.some(({ what }) => what.includes(word));
  const line = (name: string, wrong: boolean, text: string): string =>
    `  ${wrong ? ink('wrong', '!') : ink('completed', '✓')} ${name.padEnd(14)} ${text}`;
  const start = from === ORIGIN ? 'from its start' : `from the snapshot at ${placeOf(from)}`;
  const lines = [
    `${ink('strong', graph)}: ${figure(fold.facts)} facts folded ${start} through ${placeOf(to)} in ${seconds(ms)}`,
    line('entity hashes', has('entity_hash'), `${figure(fold.hashes)} computed again`),
    line('snapshots', has('snapshot'), `${figure(snapshots)} state and running digest${snapshots === 1 ? '' : 's'} compared`),
    line('analyses', has('analysis_completed'), `${figure(fold.analyses)} state digest${fold.analyses === 1 ? '' : 's'} compared`),
    line(
      'projector',
      has('projector'),
      `${projector.state_digest}, ${figure(projector.total_nodes)} nodes, ${figure(projector.total_relationships)} relationships`,
    ),
    line('receipt', receipt?.status !== 'proved', receiptText(receipt)),
  ];
  if (has(DAMAGED)) lines.push(line('damage', true, 'some batches cannot be read; see below'));
  if (fold.anomalies > 0)
    lines.push(line('anomalies', true, `${figure(fold.anomalies)} updates or deletions of entities that did not exist`));
  for (const { at, what, expected, found } of differences) {
    lines.push(
      `    ${placeOf(at)} ${printable(what)}: ${ink('deleted', printable(found))}, folded here: ${ink('added', printable(expected))}`,
    );
  }
  const more = fold.differenceCount - fold.differences.length;
  if (more > 0) lines.push(`    and ${figure(more)} more`);
  lines.push(differences.length === 0 ? ink('completed', 'equal') : ink('wrong', 'not equal'));
  return lines.join('\n');
}

function receiptText(verdict: ReceiptVerdict | undefined): string {
  if (verdict?.status === 'proved') return `${figure(verdict.receipt.count)} facts, ${verdict.receipt.digest}`;
  if (verdict === undefined) return 'not compared';
  return verdict.status === 'unknown' ? `not compared: ${verdict.why}` : 'differs from the log';
}

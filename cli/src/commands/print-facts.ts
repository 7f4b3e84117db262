import { connect, type ClientEvent, type ConnectOptions, type Subscription } from '@graphtail/client';
import { placeOf, stateDigest } from '@graphtail/facts';
import { factLine, seconds, snapshotLine } from './fact-line.ts';
import { printable } from '../printable.ts';
import { inkFor, type Ink } from './ink.ts';
import { Output } from './output.ts';

type SnapshotEvent = Extract<ClientEvent, { type: 'snapshot' }>;

/**
 * Prints a subscription's facts on stdout, one per line, until it ends or the user stops it.
 * Messages that are not facts (offline, connected again) go to stderr. If stdout is read slowly, the server sends less.
 * @returns how many facts were printed, and the subscription after its end.
 * @throws {SubscriptionRefused}
 */
export async function printFacts(
  options: ConnectOptions,
  form: { readonly json: boolean },
): Promise<{ printed: number; subscription: Subscription }> {
  const { stdout } = process;
  const ink = inkFor(stdout);
  const subscription = connect(options);
  const stop = (): void => {
    void subscription.close();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const output = new Output(stdout, stop);
  if (!form.json) tellState(subscription);
  let printed = 0;
  let before = Promise.resolve();
  subscription.on((event) => {
    if (event.type === 'snapshot') before = before.then(() => printSnapshot(event, output, form.json ? undefined : ink));
  });
  try {
    for await (const { facts, raw } of subscription) {
      const columns = stdout.isTTY ? stdout.columns : undefined;
      const lines = form.json ? raw : facts.map((fact) => factLine(fact, ink, columns));
      await before;
      if (lines.length > 0 && !(await output.write(`${lines.join('\n')}\n`))) break; // these facts were not printed, so the cursor stays before them
      printed += lines.length;
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await subscription.close();
    await before;
  }
  return { printed, subscription };
}

/** Prints the snapshot before the facts: one line for a person, or the format of `graphtail export` for a program. */
async function printSnapshot({ state, asOf }: SnapshotEvent, output: Output, ink: Ink | undefined): Promise<void> {
  const { nodes, relationships } = state;
  if (ink !== undefined) {
    await output.write(`${snapshotLine(asOf, nodes.size, relationships.size, ink)}\n`);
    return;
  }
  const counts = { node_count: nodes.size, relationship_count: relationships.size };
  await output.write(`${JSON.stringify({ as_of: asOf, state_digest: stateDigest(state), ...counts })}\n`);
  for (const { value } of nodes.values()) await output.write(`{"node":${JSON.stringify(value)}}\n`);
  for (const { value } of relationships.values()) await output.write(`{"relationship":${JSON.stringify(value)}}\n`);
}

/** Prints a line when the connection is lost and one when it is back, so the user understands a pause in the facts. */
function tellState(subscription: Subscription): void {
  const { stderr } = process;
  const ink = inkFor(stderr);
  let away = false;
  subscription.on((event) => {
    if (event.type !== 'state') return;
    if (event.state === 'offline' && !away) {
      away = true;
      const at = subscription.cursor === undefined ? '' : `, at ${placeOf(subscription.cursor)}`;
      const why = event.error === undefined ? `offline${at}` : printable(event.error.message);
      stderr.write(ink('quiet', `· ${why}; trying again${event.retryInMs === undefined ? '' : ` in ${seconds(event.retryInMs)}`}\n`));
    } else if (away && (event.state === 'replaying' || event.state === 'live')) {
      away = false;
      stderr.write(ink('quiet', '· connected\n'));
    }
  });
}

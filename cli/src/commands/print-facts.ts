import { connect, type ConnectOptions, type Subscription } from '@graphtail/client';
import { seqOf } from '@graphtail/facts';
import { factLine, seconds } from './fact-line.ts';
import { inkFor } from './ink.ts';
import { Output } from './output.ts';

/**
 * Prints a subscription's facts on stdout, one a line, until it ends or the person stops it.
 * What is not a fact (offline, back again) goes to stderr. Who reads slowly is sent less.
 * @returns how many facts were printed, and the subscription as it was left.
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
  try {
    for await (const { facts, raw } of subscription) {
      const columns = stdout.isTTY ? stdout.columns : undefined;
      const lines = form.json ? raw : facts.map((fact) => factLine(fact, ink, columns));
      printed += lines.length;
      if (lines.length > 0) await output.write(`${lines.join('\n')}\n`);
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await subscription.close();
  }
  return { printed, subscription };
}

/** A line when the connection is lost and one when it is back: a pause in the facts is then no riddle. */
function tellState(subscription: Subscription): void {
  const { stderr } = process;
  const ink = inkFor(stderr);
  let away = false;
  subscription.on((event) => {
    if (event.type !== 'state') return;
    if (event.state === 'offline' && !away) {
      away = true;
      const at = subscription.cursor === undefined ? '' : `, at #${String(seqOf(subscription.cursor))}`;
      stderr.write(ink('quiet', `· offline${at}; trying again${event.retryInMs === undefined ? '' : ` in ${seconds(event.retryInMs)}`}\n`));
    } else if (away && (event.state === 'replaying' || event.state === 'live')) {
      away = false;
      stderr.write(ink('quiet', '· connected\n'));
    }
  });
}

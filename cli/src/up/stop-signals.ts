const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `stop` is aborted by the first signal that asks this process to end, `kill` by the second. `done` listens no more. */
export function stopSignals(host: NodeJS.Process): { stop: AbortSignal; kill: AbortSignal; done: () => void } {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const onSignal = (): void => (stop.signal.aborted ? kill : stop).abort();
  for (const signal of SIGNALS) host.on(signal, onSignal);
  const done = (): void => SIGNALS.forEach((signal) => host.off(signal, onSignal));
  return { stop: stop.signal, kill: kill.signal, done };
}

type Corkable = { cork(): void; uncork(): void };

const corked = new Set<Corkable>();

/** Joins what is written to a stream in this turn of the event loop into one system call; frames stay frames. */
export function corkForThisTurn(stream: Corkable): void {
  if (corked.has(stream)) return;
  if (corked.size === 0) setImmediate(uncorkAll);
  corked.add(stream);
  stream.cork();
}

function uncorkAll(): void {
  const streams = [...corked];
  corked.clear();
  for (const stream of streams) stream.uncork();
}

import type { Offset } from '@graphtail/facts';
import type { FactLog } from '@graphtail/log';
import type { Redis } from 'ioredis';

/** Changes one stored batch, as a bad disk would: the stream is written anew with every other entry as it was. */
export async function damageBatch(
  redis: Redis,
  log: FactLog,
  through: Offset,
  change: (fields: Map<string, string>) => void,
): Promise<void> {
  const entries = await redis.xrange(log.keys.log, '-', '+');
  const writing = redis.multi().del(log.keys.log);
  for (const [id, flat] of entries) {
    const fields = new Map(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]!] as const] : [])));
    if (id === through) change(fields);
    writing.xadd(log.keys.log, id, ...[...fields].flat());
  }
  await writing.exec();
}

/** Stored facts that are no JSON any more. */
export function garble(fields: Map<string, string>): void {
  fields.set('payload', fields.get('payload')!.replace('{"offset"', '{\u0000offset"'));
}

import { readFileSync } from 'node:fs';

/** Descriptors kept free for Redis, files, worker threads, and connections to other services. */
const RESERVED = 256;

/**
 * Returns how many files and sockets this process may have open; undefined if there is no limit, or the system does not say.
 * Node raises the soft limit to the hard limit when it starts. Only an administrator can raise the hard limit.
 */
export function descriptorLimit(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: unknown } } };
    const soft = Number(userLimits?.open_files?.soft);
    return Number.isFinite(soft) ? soft : undefined;
  }
}

/** Returns how many connections fit below the limit of descriptors, and how many descriptors the wanted number of connections needs. */
export function connectionsWithin(
  limit: number | undefined,
  wanted: number,
  descriptorsPerConnection: number,
): { connections: number; needed: number } {
  const needed = wanted * descriptorsPerConnection + RESERVED;
  if (limit === undefined || needed <= limit) return { connections: wanted, needed };
  return { connections: Math.max(1, Math.floor((limit - RESERVED) / descriptorsPerConnection)), needed };
}

export type HealthBody = { status: 'ok' | 'degraded' } & Record<string, unknown>;

/** Returns the part of `/health` that a process supervisor needs, without names of graphs or figures. */
export function healthSummary({ status, version, services }: HealthBody): HealthBody {
  return {
    status,
    ...(version !== undefined && { version }),
    ...(isRecord(services) && { services: Object.fromEntries(Object.entries(services).map(([name, state]) => [name, statusOf(state)])) }),
  };
}

function statusOf(state: unknown): { status: unknown } {
  return { status: isRecord(state) ? state['status'] : 'down' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

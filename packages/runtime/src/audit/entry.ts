import { randomUUID } from 'node:crypto';
import type { NewFact } from '@graphtail/facts';

/** Who changed what, and the outcome. */
export type AuditEntry = {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: Outcome;
  readonly address: string;
};

/**
 * `refused`: the caller may not do this (401, 403), or not so often (429).
 * `rejected`: the request was wrong (other 4xx).
 * `failed`: the service could not do it (5xx).
 * `unanswered`: the caller disconnected before the answer.
 */
export type Outcome = 'ok' | 'refused' | 'rejected' | 'failed' | 'unanswered';

const LONGEST = { actor: 200, action: 120, target: 400, address: 64 } as const;

export function outcomeOf(status: number): Outcome {
  if (status < 400) return 'ok';
  if (status === 401 || status === 403 || status === 429) return 'refused';
  return status < 500 ? 'rejected' : 'failed';
}

export function auditFact({ actor, action, target, outcome, address }: AuditEntry): NewFact {
  const data = {
    actor: actor.slice(0, LONGEST.actor),
    action: action.slice(0, LONGEST.action),
    target: target.slice(0, LONGEST.target),
    outcome,
    address: address.slice(0, LONGEST.address),
  };
  return { event_type: 'audit_recorded', entity_type: 'audit', entity_id: randomUUID(), data };
}

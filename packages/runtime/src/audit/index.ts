export { answeredElsewhere, Audit, nameTarget } from './audit.ts';
export { TAKE_CONSUMER, targetText } from './change.ts';
export { outcomeOf, type AuditEntry, type Outcome } from './entry.ts';
export { openAudit, type OpenAudit } from './open-audit.ts';

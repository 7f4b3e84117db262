export { accessOf, requireRole, ROLES, type Access, type Role } from './access.ts';
export { addressOf } from './address.ts';
export { isWrite } from './effect.ts';
export { Guard, type GuardConfig } from './guard.ts';
export { isLoopback } from './host-name.ts';
export { targetOf, type Target } from './target.ts';

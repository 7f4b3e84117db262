export { accessOf, requireRole, ROLES, type Access, type Role } from './access.ts';
export { addressOf } from './address.ts';
export { isWrite } from './effect.ts';
export { Guard, type GuardConfig, type Upgrade } from './guard.ts';
export { isLoopback } from './host-name.ts';
export { refuseUpgrade } from './refuse-upgrade.ts';
export { targetOf, type Target } from './target.ts';

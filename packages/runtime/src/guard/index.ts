export { accessIfAny, accessOf, covers, requireAllGraphs, requireGraph, requireRole, type Access } from './access.ts';
export { addressOf } from './address.ts';
export { isWrite } from './effect.ts';
export { Guard, type GuardConfig } from './guard.ts';
export { isLoopback, isWildcard, parseHost } from './host-name.ts';
export { isOpenToOthers } from './openness.ts';
export { ROLES, type Role } from './role.ts';
export { targetOf, type Target } from './target.ts';
export { Tokens, weaknessOf, type Grant } from './tokens.ts';

export const ROLES = ['read', 'operate', 'admin'] as const;
/** Each role may also do what the roles before it may do. */
export type Role = (typeof ROLES)[number];

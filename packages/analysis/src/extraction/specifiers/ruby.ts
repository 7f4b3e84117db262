/** Prefix of the argument of a `require`, to distinguish it from the name of a Ruby module. */
export const REQUIRED = 'require ';

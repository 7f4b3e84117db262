/** The command as a user types it, with or without a checkout. */
export const COMMAND = 'npx graphtail';

/** A mistake of the user, or something that the machine lacks. It is printed in one line, without a stack trace. */
export class UserError extends Error {
  override name = 'UserError';
}

/** A command line, variable or configuration file that can't be used as it is: exit code 2. */
export class UsageError extends UserError {
  override name = 'UsageError';
}

/** A mistake of the user, or something that the machine lacks. It is printed in one line, without a stack trace. */
export class UserError extends Error {
  override name = 'UserError';
}

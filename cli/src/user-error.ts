/** A mistake of the person at the terminal, or something that the machine lacks: told in one line, without a stack trace. */
export class UserError extends Error {
  override name = 'UserError';
}

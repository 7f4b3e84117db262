import { weaknessOf } from '@graphtail/runtime/guard';
import { UserError } from './user-error.ts';

/** The secret that signs tokens; undefined if none is set. @throws {UserError} if the secret can be guessed */
export function secretIn({ GRAPHTAIL_JWT_SECRET: secret }: NodeJS.ProcessEnv): string | undefined {
  if (secret === undefined || secret === '') return undefined;
  const weakness = weaknessOf(secret);
  if (weakness !== undefined) throw new UserError(`GRAPHTAIL_JWT_SECRET ${weakness}.`);
  return secret;
}

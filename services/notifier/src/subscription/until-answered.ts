import { backoffMs, isRedisAway } from '@graphtail/log';
import type { Clock } from './clock.ts';

/**
 * Asks Redis a question, again and again while Redis is away.
 * @param isOver whether the caller no longer needs the answer. Then the error is thrown instead.
 */
export async function untilAnswered<Answer>(clock: Clock, isOver: () => boolean, ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!isRedisAway(error) || isOver()) throw error;
      await new Promise<void>((resolve) => void clock.later(backoffMs(attempt), resolve));
    }
  }
}

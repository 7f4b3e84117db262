import { Problem } from '@graphtail/runtime';

/** Waits for Redis's answer. Here a request to Redis fails for one reason only: Redis is away. @throws {Problem} 503 `UNAVAILABLE` */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem) throw error;
    const problem = new Problem(503, 'UNAVAILABLE', 'Redis does not answer at the moment.', { service: 'redis', retry_after_seconds: 1 });
    problem.cause = error;
    throw problem;
  }
}

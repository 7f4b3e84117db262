import { connect, openLog, type FactLog } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { startRedis, type RedisOptions, type TestRedis } from './redis.ts';

export type LogContext = { readonly server: TestRedis; readonly redis: Redis; readonly log: FactLog };

/** One real Redis for the specs of a file, emptied before each; an empty log named `g`. To be called at the top of the file. */
export function useLog(options: RedisOptions = {}): LogContext {
  let [server, redis, log]: [TestRedis?, Redis?, FactLog?] = [];
  beforeAll(async () => {
    server = await startRedis(options);
    const { restart } = server;
    server.restart = async () => {
      await restart();
      await eventually(() => redis!.ping().then(Boolean, () => false)); // what a client asks while it comes back may be refused
    };
  });
  afterAll(async () => {
    await server?.stop();
  });
  beforeEach(async () => {
    redis = connect(server!.url);
    await redis.flushall();
    log = openLog(redis, 'g');
  });
  afterEach(() => {
    redis?.disconnect();
  });
  return {
    get server() {
      return server!;
    },
    get redis() {
      return redis!;
    },
    get log() {
      return log!;
    },
  };
}

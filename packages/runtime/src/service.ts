import { flushCompileCache } from 'node:module';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import { baseConfig, ConfigError, helpText, readConfig, requireProtection, type BaseConfig } from './config.ts';
import { trustProxies } from './guard/index.ts';
import { createLogger, type Logger } from './logger.ts';
import { createRegistry } from './metrics.ts';
import { ListenError } from './server.ts';
import { showLifeBy, signOfLife } from './sign-of-life.ts';

/** A message to the parent process, sent if there is an IPC channel. */
export type ServiceMessage = { type: 'ready'; port?: number } | { type: 'alive' };

/**
 * A message from the parent process, sent again with each change. `upstreams`: where the processes of each service answer now, as URLs.
 * `restarts`: how often each process was started again.
 */
export type ParentMessage =
  | { type: 'upstreams'; upstreams: Record<'ingest' | 'projector' | 'notifier', readonly string[]> }
  | { type: 'restarts'; restarts: Record<string, number> };

export type RunningService = {
  /** Returns true, or why the service is not ready yet. */
  ready(): boolean | string;
  /** Lets work under way finish, and releases all resources. Called once. */
  close(): Promise<void>;
  port?: number;
};

export type ServiceContext<C> = {
  config: C;
  logger: Logger;
  registry: Registry;
  /** Calls the listener with each message of the parent process; see {@link ParentMessage}. Earlier messages wait for it. */
  onParentMessage(listener: (message: unknown) => void): void;
};

export type ServiceDefinition<T extends z.ZodRawShape> = {
  name: string;
  /** The service's own settings, with descriptions. {@link baseConfig} is added to them. */
  config: z.ZodObject<T>;
  start(context: ServiceContext<BaseConfig & z.infer<z.ZodObject<T>>>): Promise<RunningService>;
};

/** Half the interval of the signs of life, so that the timer does not miss one. */
const ALIVE_MS = 500;
const CLOSE_WITHIN_MS = 4000;

/**
 * Runs a service as this process. Only here are the environment read, signals handled and the process ended.
 * SIGTERM, SIGINT and the parent's death (the IPC channel closes) close the service within 4 s, with exit code 0. After an error the exit
 * code is 1. A user's mistake is logged as one clear line.
 * The parent gets a message when the service is ready, and each second a message that its event loop turns.
 */
export function defineService<T extends z.ZodRawShape>(definition: ServiceDefinition<T>): void {
  const { name } = definition;
  const schema = baseConfig.extend(definition.config.shape);
  if (process.argv.includes('--help')) {
    process.stdout.write(helpText(name, schema));
    return;
  }
  let config: BaseConfig & z.infer<z.ZodObject<T>>;
  try {
    config = readConfig(schema, process.env) as BaseConfig & z.infer<z.ZodObject<T>>;
    requireProtection(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    createLogger(name, 'info').fatal(`config: ${error.message}`);
    process.exitCode = 1;
    process.disconnect?.();
    return;
  }
  run(definition, config, createLogger(name, config.logLevel));
}

function run<T extends z.ZodRawShape>(
  definition: ServiceDefinition<T>,
  config: BaseConfig & z.infer<z.ZodObject<T>>,
  logger: Logger,
): void {
  const onParentMessage = (listener: (message: unknown) => void): void => void process.on('message', listener);
  const starting = (async () => definition.start({ config, logger, registry: createRegistry(), onParentMessage }))();
  trustProxies(config.trustedProxies);
  showLifeBy(() => tellParent({ type: 'alive' }));
  const alive = setInterval(signOfLife, ALIVE_MS);
  let stopping = false;

  const stop = (why: string, code: number): void => {
    if (stopping) return;
    stopping = true;
    clearInterval(alive);
    logger.info({ why }, 'stopping');
    setTimeout(() => {
      logger.error(`did not close within ${String(CLOSE_WITHIN_MS)} ms`);
      process.exit(1);
    }, CLOSE_WITHIN_MS).unref();
    starting
      .then((running) => running.close())
      .then(
        () => process.exit(code),
        (error: unknown) => {
          if (code === 0) logger.error({ err: error }, 'closing failed');
          process.exit(1);
        },
      );
  };

  process.once('SIGTERM', () => stop('SIGTERM', 0));
  process.once('SIGINT', () => stop('SIGINT', 0));
  process.once('disconnect', () => stop('the parent is gone', 0));
  // After an uncaught error the state is unknown: the process ends, and the supervisor restarts it.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught error');
    stop('uncaught error', 1);
  });

  starting.then(
    (running) => {
      if (stopping) return;
      logger.info({ port: running.port }, 'started');
      tellParent({ type: 'ready', ...(running.port !== undefined && { port: running.port }) });
      flushCompileCache(); // if there is a cache: written now, because a process that is killed later could not write it
    },
    (error: unknown) => {
      if (error instanceof ListenError) logger.fatal(error.message);
      else logger.fatal({ err: error }, 'could not start');
      stop('could not start', 1);
    },
  );
}

function tellParent(message: ServiceMessage): void {
  // The channel may close between the check and the send. The 'disconnect' event reports that, so the error here is ignored.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

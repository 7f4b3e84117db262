import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServiceMessage } from '@graphtail/runtime';
import { COMPILED } from '../compiled.ts';
import { LogFile } from './log-file.ts';
import { privately } from './private-files.ts';
import { Supervised, type SupervisedEvent, type SupervisedOptions } from './supervised.ts';

const SILENCE_MS = 5000;
/**
 * V8 collects garbage more often, and before a heap has grown by a third. So ingest holds less garbage while everything is parsed again
 * and again, for about 5 % more CPU time.
 */
export const HEAP = ['--max-semi-space-size=4', '--heap-growing-percent=30'];
/** ioredis's message if it has no connection. */
const RETRIES = /^Reached the max retries per request limit.*/;

export type ServiceOptions = {
  name: string;
  /** The service's program, and the folder that it runs in. */
  program: string;
  home: string;
  env: Record<string, string | undefined>;
  logs: string;
  onEvent(event: SupervisedEvent): void;
  /** Called with each process that is started. */
  onSpawn?(child: ChildProcess): void;
  /** Called with the port on which the service listens, and with undefined when its process has ended. */
  onPort?(port: number | undefined): void;
  findCause?: SupervisedOptions['findCause'];
  /** Called with the text of a warning or an error that the service logged. */
  onTrouble(text: string): void;
};

export type Service = { process: Supervised; closeLog(): Promise<void> };

/**
 * Runs a service as a supervised process. It is not in the terminal's process group, so Ctrl-C reaches only the supervisor, which ends
 * the services before their Redis. If the supervisor is gone, the IPC channel closes and the service ends by itself.
 */
export function superviseService(options: ServiceOptions): Service {
  const { name, program, home, env, logs, onEvent, onTrouble, onSpawn, onPort, findCause } = options;
  const log = new LogFile(join(logs, `${name}.log`));
  const process_ = new Supervised({
    silenceMs: SILENCE_MS,
    onEvent,
    ...(findCause !== undefined && { findCause }),
    spawn() {
      const child = privately(() =>
        spawn(process.execPath, [...HEAP, program], {
          cwd: home,
          env: { NODE_COMPILE_CACHE: COMPILED, ...env },
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        }),
      );
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          log.write(`${line}\n`);
          const trouble = troubleIn(line);
          if (trouble !== undefined) onTrouble(trouble);
        });
      }
      child.once('exit', () => onPort?.(undefined));
      onSpawn?.(child);
      return Promise.resolve(child);
    },
    listen(child, pulse) {
      const onMessage = (message: unknown): void => {
        const told = message as ServiceMessage;
        if (told.type === 'ready') {
          onPort?.(told.port);
          pulse.ready();
        } else pulse.alive();
      };
      child.on('message', onMessage);
      return () => child.off('message', onMessage);
    },
  });
  return { process: process_, closeLog: () => log.close() };
}

/** The text of a log line if a person should see it; undefined for other lines. */
export function troubleIn(line: string): string | undefined {
  if (!line.startsWith('{')) return /^\w*Error\b|^node:.*Error/.test(line) ? line : undefined;
  try {
    const { level, msg, graph, err, reason, reasons } = JSON.parse(line) as Record<string, unknown>;
    if (level !== 'warn' && level !== 'error' && level !== 'fatal') return undefined;
    const given = Array.isArray(reasons) ? reasons.join('; ') : reason;
    const cause = typeof given === 'string' ? given : (err as { message?: unknown } | undefined)?.message;
    const why = typeof cause === 'string' && cause !== msg ? ` (${cause.replace(RETRIES, 'no connection')})` : '';
    return `${typeof graph === 'string' ? `${graph}: ` : ''}${String(msg)}${why}`;
  } catch {
    return undefined;
  }
}

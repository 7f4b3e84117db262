import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Command, Redis } from 'ioredis';

/**
 * Rejects a command if its server sends nothing for `withinMs`. ioredis's own `commandTimeout` counts from the command. So it would
 * also reject a command while the server sends long answers to earlier commands. And it would reject one whose answer lies unread in the
 * socket because the event loop was held up.
 */
export function rejectInSilence(redis: Redis, withinMs: number): void {
  const heard = (): number => redis.stream?.bytesRead ?? 0;
  // A firewall that has forgotten the connection drops all later packets. So the next command gets a new connection.
  const leave = (error: Error): void => void redis.stream?.destroy(error);
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    watch(command, heard, leave, withinMs);
    return send(command, stream);
  };
}

function watch(command: Command, heard: () => number, leave: (error: Error) => void, withinMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  let isSettled = false;
  const arm = (): void => {
    const before = heard();
    timer = setTimeout(() => void judge(before), withinMs).unref(); // does not keep the process running
  };
  const judge = async (before: number): Promise<void> => {
    await nextTurn(); // timers run before sockets in a turn: what has arrived is read now
    await nextTurn();
    if (isSettled) return;
    if (heard() !== before) {
      arm();
      return;
    }
    const error = new Error('Command timed out');
    command.reject(error);
    leave(error);
  };
  const settle = (): void => {
    isSettled = true;
    clearTimeout(timer);
  };
  arm();
  command.promise.then(settle, settle);
}

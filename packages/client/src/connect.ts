import type { ConnectOptions } from './options.ts';
import { platformFor } from './platform.ts';
import { Subscription } from './subscription.ts';

/**
 * Subscribes to a graph's facts. Connects in the background and keeps at it until closed, ended or refused.
 * @throws {TypeError} where the address is not http(s), or the platform has no WebSocket.
 */
export function connect(options: ConnectOptions): Subscription {
  return new Subscription(options, platformFor(options));
}

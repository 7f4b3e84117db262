import type { ConnectOptions } from './options.ts';
import { platformFor } from './this-platform.ts';
import { Subscription } from './subscription.ts';

/**
 * Subscribes to a graph's facts. The subscription connects in the background, and reconnects until it is closed, ended or refused.
 * @throws {TypeError} if the address is not http(s), or the platform has no WebSocket
 */
export function connect(options: ConnectOptions): Subscription {
  return new Subscription(options, platformFor(options));
}

import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Counter } from 'prom-client';
import { addressOf, isTrustedProxy, peerOf } from '../guard/address.ts';
import { isLoopback } from '../guard/host-name.ts';
import { counter, type Registry } from '../metrics.ts';
import { toProblem } from '../problem.ts';
import { refuseUpgrade, sendRawProblem, type Upgrade } from '../raw-answers.ts';
import type { LimitsConfig } from './limits-config.ts';
import { Quota } from './quota.ts';
import { Rate } from './rate.ts';

const WHAT = [{ what: 'request' }, { what: 'connection' }, { what: 'full' }];

/**
 * Limits the requests, upgrades and connections of each address on a port. Above the limit they are answered with 429. A trusted proxy on
 * another machine shares its connections among all clients, so they are not counted. Its requests are counted by the address that it names.
 */
export class Gate {
  readonly #requests: Rate;
  readonly #arrivals: Rate;
  readonly #connections: Quota;
  readonly #turnedAway = new WeakSet<Socket>();
  readonly #refused: Counter | undefined;

  constructor({ limitRequests, limitConnections }: LimitsConfig, registry: Registry | undefined) {
    this.#requests = new Rate(limitRequests, 'requests');
    this.#arrivals = new Rate(limitRequests, 'new connections');
    this.#connections = new Quota(limitConnections, 'connections');
    this.#refused =
      registry && counter(registry, 'graphtail_refused_total', 'Connections and requests that were beyond a limit.', ['what'], WHAT);
  }

  /** Handles a server's 'connection' event. */
  async connection(socket: Socket): Promise<void> {
    const address = peerOf(socket);
    if (isTrustedProxy(address) && !isLoopback(address)) return;
    try {
      socket.once('close', this.#connections.take(address));
      await this.#arrivals.take(address);
    } catch (error) {
      this.#refused?.inc({ what: 'connection' });
      this.#turnedAway.add(socket);
      refuseUpgrade(socket, toProblem(error));
    }
  }

  /** Counts a connection that Node has closed because the limit of all connections together is reached. */
  full(): void {
    this.#refused?.inc({ what: 'full' });
  }

  requests(app: RequestListener): RequestListener {
    return (request, response) => {
      if (this.#turnedAway.has(request.socket)) return;
      this.#take(request).then(
        () => app(request, response),
        (error: unknown) => sendRawProblem(response, toProblem(error)),
      );
    };
  }

  upgrades(upgrade: Upgrade): Upgrade {
    return (request, socket, head) => {
      if (this.#turnedAway.has(socket)) return;
      this.#take(request)
        .then(() => upgrade(request, socket, head))
        // An error in an event handler would end the process, and a peer must not be able to cause that.
        .catch((error: unknown) => refuseUpgrade(socket, toProblem(error)));
    };
  }

  async #take(request: IncomingMessage): Promise<void> {
    try {
      await this.#requests.take(addressOf(request));
    } catch (error) {
      this.#refused?.inc({ what: 'request' });
      throw error;
    }
  }
}

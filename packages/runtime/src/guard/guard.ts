import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { Problem, toProblem } from '../problem.ts';
import { refuseUpgrade, type Upgrade } from '../raw-answers.ts';
import { openAccess, setAccess } from './access.ts';
import { addressOf } from './address.ts';
import { effectOf } from './effect.ts';
import { Hosts } from './hosts.ts';
import { isForeignPage } from './origin.ts';

export type GuardConfig = {
  /** Where the service listens. */
  readonly host: string;
  /** Further names that it is reached by. */
  readonly allowHost: readonly string[];
};

/** Decides who may talk to a service: every request and every upgrade passes it first. */
export class Guard {
  readonly #hosts: Hosts;

  constructor({ host, allowHost }: GuardConfig) {
    this.#hosts = new Hosts([host, ...allowHost]);
  }

  /** For all HTTP requests; afterwards `accessOf(response)` says who asks. */
  readonly requests: RequestHandler = (request, response, next) => {
    this.#checkPage(request, effectOf(request).kind !== 'read');
    setAccess(response, openAccess(addressOf(request)));
    next();
  };

  /** For `listen`: hands on what may pass, and answers the rest. */
  upgrades(handle: Upgrade): Upgrade {
    return (request, socket, head) => {
      socket.on('error', () => socket.destroy()); // a peer that breaks off while it is answered
      try {
        this.#checkPage(request, true);
      } catch (error) {
        refuseUpgrade(socket, toProblem(error));
        return;
      }
      handle(request, socket, head);
    };
  }

  #checkPage(request: IncomingMessage, ownPagesOnly: boolean): void {
    const host = this.#hosts.check(request);
    if (ownPagesOnly && isForeignPage(request, host))
      throw new Problem(403, 'FORBIDDEN', 'Pages of another origin may not do this; open Graphtail at its own address.');
  }
}

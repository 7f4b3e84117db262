import type { ChildProcess } from 'node:child_process';
import type { ParentMessage } from '@graphtail/runtime';
import type { SupervisedEvent } from './supervised.ts';

/** The services that the gateway passes requests on to. */
export const BEHIND_GATEWAY = ['ingest', 'projector', 'notifier'] as const;
export type BehindGateway = (typeof BEHIND_GATEWAY)[number];

export function isBehindGateway(name: string): name is BehindGateway {
  return (BEHIND_GATEWAY as readonly string[]).includes(name);
}

/**
 * Where the services listen. Each takes a free port when it starts, and the gateway is told which. While a service is down, the gateway
 * knows no address of it: another process may have taken the port by then. The gateway is also told how often each process was started
 * again.
 */
export class Whereabouts {
  readonly #ports = new Map<BehindGateway, number>();
  readonly #restarts: Record<string, number> = {};
  #gateway: ChildProcess | undefined;

  /** @param port undefined: the service has ended */
  moved(service: BehindGateway, port: number | undefined): void {
    if (port === undefined) this.#ports.delete(service);
    else this.#ports.set(service, port);
    this.#tell();
  }

  /** Counts the restarts of a process, the private Redis's too. */
  happened(process: string, { kind }: SupervisedEvent): void {
    if (kind !== 'ended' && kind !== 'mended') return;
    this.#restarts[process] = (this.#restarts[process] ?? 0) + 1;
    this.#tell();
  }

  /** Tells this process of the gateway from now on. */
  tell(gateway: ChildProcess): void {
    this.#gateway = gateway;
    this.#tell();
  }

  #tell(): void {
    if (this.#gateway?.connected !== true) return; // the next gateway is told when it starts
    const messages: ParentMessage[] = [
      {
        type: 'upstreams',
        upstreams: { ingest: this.#urlsOf('ingest'), projector: this.#urlsOf('projector'), notifier: this.#urlsOf('notifier') },
      },
      { type: 'restarts', restarts: this.#restarts },
    ];
    for (const message of messages) this.#gateway.send(message, () => undefined); // an error means that it has just ended
  }

  #urlsOf(service: BehindGateway): string[] {
    const port = this.#ports.get(service);
    return port === undefined ? [] : [`http://127.0.0.1:${String(port)}`];
  }
}

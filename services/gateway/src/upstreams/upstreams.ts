import { isIP } from 'node:net';
import { NOWHERE, SERVICES, type Addresses, type ServiceName } from './addresses.ts';
import { choose, type Wish } from './choice.ts';
import { addressesOf, type Lookup } from './lookup.ts';
import { Upstream } from './upstream.ts';

/** How often names are looked up again, ms: processes that were added are found within this time. */
const LOOKED_UP_EACH_MS = 5_000;
/** If a process does not answer, its name is looked up again, but not more often than this, ms. */
const LOOKED_UP_AT_MOST_EACH_MS = 500;

export type UpstreamsOptions = {
  readonly lookup?: Lookup;
  /** Called once if a name can't be looked up any more. The addresses that it had are kept. */
  readonly onLookupFailed?: (host: string, error: unknown) => void;
};

/** Where the services answer now, in one place: everything in the gateway looks here when it needs a process. */
export class Upstreams {
  readonly #lookup: Lookup;
  readonly #onLookupFailed: (host: string, error: unknown) => void;
  readonly #processes = new Map<ServiceName, readonly Upstream[]>();
  readonly #timer: NodeJS.Timeout;
  /** Names that could not be looked up the last time. */
  readonly #unknown = new Set<string>();
  #addresses: Addresses = NOWHERE;
  #lookedUpAt = 0;
  #isLookingUp = false;

  constructor(addresses: Addresses, { lookup = addressesOf, onLookupFailed = () => undefined }: UpstreamsOptions = {}) {
    this.#lookup = lookup;
    this.#onLookupFailed = onLookupFailed;
    this.set(addresses);
    this.#timer = setInterval(() => this.lookAgain(), LOOKED_UP_EACH_MS).unref();
  }

  /** Replaces all addresses. */
  set(addresses: Addresses): void {
    this.#addresses = addresses;
    for (const service of SERVICES) {
      this.#keep(
        service,
        addresses[service].map(placeOf).filter(({ host }) => isIP(host) !== 0),
      );
    }
    this.#lookedUpAt = 0;
    this.lookAgain();
  }

  /** The processes of a service that are known, whether they answer or not. */
  of(service: ServiceName): readonly Upstream[] {
    return this.#processes.get(service) ?? [];
  }

  /** A process to send a request to. @param not those that were tried in vain */
  choose(service: ServiceName, wish: Wish = {}, not: ReadonlySet<Upstream> = new Set()): Upstream | undefined {
    return choose(
      this.of(service).filter((each) => !not.has(each)),
      wish,
      performance.now(),
    );
  }

  /** Looks names up again, unless that was done a moment ago. */
  lookAgain(): void {
    const now = performance.now();
    const hasNames = SERVICES.some((service) => this.#addresses[service].some((address) => isIP(placeOf(address).host) === 0));
    if (!hasNames || this.#isLookingUp || (this.#lookedUpAt > 0 && now - this.#lookedUpAt < LOOKED_UP_AT_MOST_EACH_MS)) return;
    this.#lookedUpAt = now;
    this.#isLookingUp = true;
    const asked = this.#addresses;
    void Promise.all(SERVICES.map((service) => this.#lookUp(service, asked))).finally(() => {
      this.#isLookingUp = false;
      if (this.#addresses !== asked) this.lookAgain();
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #lookUp(service: ServiceName, asked: Addresses): Promise<void> {
    const places = await Promise.all(asked[service].map((address) => this.#placesOf(service, placeOf(address))));
    if (this.#addresses === asked) this.#keep(service, places.flat());
  }

  async #placesOf(service: ServiceName, { host, port }: Place): Promise<Place[]> {
    if (isIP(host) !== 0) return [{ host, port }];
    try {
      const found = await this.#lookup(host);
      this.#unknown.delete(host);
      return found.map((address) => ({ host: address, port, name: host }));
    } catch (error) {
      if (!this.#unknown.has(host)) this.#onLookupFailed(host, error);
      this.#unknown.add(host);
      return this.of(service).filter((each) => each.port === port && each.name === host);
    }
  }

  /** Processes that were known before stay the same objects, with what is known of them. */
  #keep(service: ServiceName, places: readonly Place[]): void {
    const known = new Map(this.of(service).map((each) => [each.address, each]));
    const found = places.map(({ host, port, name }) => new Upstream(host, port, name));
    const byAddress = new Map(found.map((each) => [each.address, known.get(each.address) ?? each]));
    this.#processes.set(service, [...byAddress.values()]);
  }
}

/** An address to connect to. `name` is the host's name if it was looked up. */
type Place = { readonly host: string; readonly port: number; readonly name?: string | undefined };

function placeOf(address: string): Place {
  const { hostname, port } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) };
}

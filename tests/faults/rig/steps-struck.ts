export type Side = 'before' | 'after';
export const SIDES: readonly Side[] = ['before', 'after'];

/** A service's steps, as the world sees them: what it asks of Redis, from its start on. Later ones are the same again. */
export const STEPS = 60;

/** Where services were killed so far, and where next: each step in order, on both sides, and then from the beginning. */
export class StepsStruck {
  readonly #struck = new Map<string, Map<string, string>>();
  readonly #next = new Map<string, number>();

  /** The place that comes after the last one that was given for this service. */
  next(service: string): { readonly step: number; readonly side: Side } {
    const at = this.#next.get(service) ?? 0;
    this.#next.set(service, (at + 1) % (STEPS * SIDES.length));
    return { step: Math.floor(at / SIDES.length) + 1, side: SIDES[at % SIDES.length]! };
  }

  /** The service takes no more steps than these for now: from the beginning. */
  exhausted(service: string): void {
    this.#next.set(service, 0);
  }

  struck(service: string, step: number, side: Side, command: string): void {
    const its = this.#struck.get(service) ?? new Map<string, string>();
    this.#struck.set(service, its.set(`${String(step)} ${side}`, `${command} ${side}`));
  }

  /** For each service: distinct places, and how many different commands they were beside. */
  figures(): { readonly service: string; readonly places: number; readonly commands: number }[] {
    return Array.from(this.#struck, ([service, its]) => ({ service, places: its.size, commands: new Set(its.values()).size }));
  }
}

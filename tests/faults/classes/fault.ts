import type { Rig } from '../rig/rig.ts';

/** Something that goes wrong. It is over, or on its way to be, when `inject` resolves; then everything is compared. */
export type Fault = { readonly title: string; inject(rig: Rig): Promise<void> };

/** Faults of one kind. The first stands for all of them in the short form. */
export type FaultClass = { readonly name: string; readonly faults: readonly Fault[]; readonly inSoakOnly?: true };

/** What one file says about methods that a call of another method may run. */
export interface MethodRecords {
  readonly pairs: readonly MethodPair[];
  /** Types that satisfy interfaces without naming them, and those interfaces. A type may have its methods in several files. */
  readonly types: readonly TypeRecord[];
}

/** IDs of methods: a call of the first may run the second. */
export type MethodPair = readonly [overridden: string, overriding: string];

export interface TypeRecord {
  /** The package, then the name, of the type. */
  readonly inPackage: string;
  readonly name: string;
  readonly isInterface: boolean;
  readonly methods: readonly MethodRecord[];
  /** Keys of types whose methods it has too. */
  readonly embeds: readonly string[];
}

export interface MethodRecord {
  readonly id: string;
  readonly name: string;
  readonly signature: Signature;
}

/** Types as texts. A text with `_` may stand for any type. */
export interface Signature {
  readonly params: readonly string[];
  readonly returns: string;
}

export function typeKey(inPackage: string, name: string): string {
  return `${inPackage}.${name}`;
}

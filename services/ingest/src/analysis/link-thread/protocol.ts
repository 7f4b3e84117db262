/** What a call of a linker hands over: see RemoteLinker. */
export type Telling = 'nothing' | 'touched' | 'all';

/** To the thread. A linker is there from when it is first spoken of. */
export type LinkRequest =
  | { readonly kind: 'set'; readonly linker: number; readonly path: string; readonly json: string }
  | { readonly kind: 'delete'; readonly linker: number; readonly path: string }
  | { readonly kind: 'forget'; readonly linker: number }
  | { readonly kind: 'step'; readonly linker: number; readonly call: number; readonly telling: Telling };

/**
 * Entities of some files, in arrays that are cheap to hand to another thread: of each file its path and how many nodes (-1: it is gone) and relationships
 * it has; of each entity its ID, its canonical JSON and the two lanes of that text's hash.
 */
export interface PackedFiles {
  readonly paths: string[];
  readonly counts: Int32Array<ArrayBuffer>;
  readonly ids: string[];
  readonly texts: string[];
  readonly hashes: Int32Array<ArrayBuffer>;
}

/** From the thread: so much of what was set has been read. */
export interface SetRead {
  readonly kind: 'read';
  readonly chars: number;
}

/** From the thread, a reply for each step, in order. */
export interface LinkReply {
  readonly kind: 'step';
  readonly linker: number;
  readonly call: number;
  readonly files: PackedFiles;
  /** How many files this call has linked, or told, up to now. */
  readonly done: number;
  /** After the last step of a call: files of which something may have changed since they were last handed over. */
  readonly touched?: number;
  /** The call failed. */
  readonly error?: string;
}

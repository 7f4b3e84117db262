/** Which files a call of a linker returns: see RemoteLinker. */
export type Telling = 'nothing' | 'touched' | 'all';

export interface LinkWorkerData {
  /** An existing folder for records of what was linked. Without it, there are none. */
  readonly cacheDir: string | undefined;
}

/**
 * A message to the thread. `open` names the root of a linker, which begins with the records of that root. Without it, or after `forget`, a
 * linker begins with nothing. `end` ends the thread, after it has written what waits to be recorded.
 */
export type LinkRequest =
  | { readonly kind: 'open'; readonly linker: number; readonly root: string }
  | { readonly kind: 'set'; readonly linker: number; readonly path: string; readonly json: string }
  | { readonly kind: 'delete'; readonly linker: number; readonly path: string }
  | { readonly kind: 'forget'; readonly linker: number }
  | { readonly kind: 'close'; readonly linker: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'step'; readonly linker: number; readonly call: number; readonly telling: Telling };

/**
 * Entities of some files, in arrays that are cheap to send to another thread. For each file: its path, its number of nodes (-1: the
 * file is gone) and its number of relationships. For each entity: its ID, its canonical JSON, and the two lanes of that text's hash.
 */
export interface PackedFiles {
  readonly paths: string[];
  readonly counts: Int32Array<ArrayBuffer>;
  readonly ids: string[];
  readonly texts: string[];
  readonly hashes: Int32Array<ArrayBuffer>;
}

/** A message from the thread: it has read this many characters of the extractions that were set. */
export interface SetRead {
  readonly kind: 'read';
  readonly chars: number;
}

/** A message from the thread: the reply to a step. Replies come in the order of the steps. */
export interface LinkReply {
  readonly kind: 'step';
  readonly linker: number;
  readonly call: number;
  readonly files: PackedFiles;
  /** How many files this call has linked, or returned, so far. */
  readonly done: number;
  /** After the last step of a call: number of files that may have other output than when they were last returned. */
  readonly touched?: number;
  /** Why the call failed; undefined if it did not. */
  readonly error?: string;
}

import type { Piece, Text } from './texts.ts';

/** What one file says about routes and requests. Keys are those of origins: they tell where a router is kept. */
export interface HttpRecords {
  readonly routers: RouterRecord[];
  readonly mounts: MountRecord[];
  /** Pairs of names for one router: the one that it is created under, and the one of the function that returns it. */
  readonly same: (readonly [string, string])[];
  readonly routes: RouteRecord[];
  readonly requests: RequestRecord[];
  readonly passes: PassRecord[];
  /** Prefixes of all routes of an application that do not belong to a router. */
  readonly globalPrefixes: Text[];
}

export interface RouterRecord {
  readonly key: string;
  /** Whether paths begin at this router if nothing is known to mount it. */
  readonly root: boolean;
  readonly prefix: Text;
}

export interface MountRecord {
  readonly parent: string;
  readonly child: string;
  readonly prefix: Text;
  /** Whether the prefix replaces the child's own. */
  readonly replaces?: true;
  /** Whether the child is a part of the parent and not a router of its own. It is then named with the parent's path. */
  readonly isGroup?: true;
}

export interface RouteRecord {
  /** The key of the router; absent if the file contains the whole path, apart from a global prefix. */
  readonly router?: string;
  readonly method: string;
  readonly path: Text;
  readonly handlers: readonly { readonly id: string; readonly confidence: number; readonly resolution: string }[];
  readonly start: number;
  readonly end: number;
}

export interface RequestRecord {
  readonly source: string;
  readonly offset: number;
  /** A hole if the method is not known. */
  readonly method: Piece;
  readonly base?: Text;
  readonly url: Text;
  /** Nothing says that the callee makes requests: it is one if exactly one route answers it. */
  readonly isEvident?: true;
}

/** A call of a function of the program that receives a path, or something to make a path from. */
export interface PassRecord {
  readonly source: string;
  readonly offset: number;
  readonly callee: string;
  readonly args: readonly { readonly text: Text; readonly members: Readonly<Record<string, Text>> }[];
  /** A subclass sets a member that its base class reads: the base class's function stays the one that makes the request. */
  readonly isInherited?: true;
}

export function noRecords(): HttpRecords {
  return { routers: [], mounts: [], same: [], routes: [], requests: [], passes: [], globalPrefixes: [] };
}

export function isEmpty(records: HttpRecords): boolean {
  return Object.values(records).every((list: readonly unknown[]) => list.length === 0);
}

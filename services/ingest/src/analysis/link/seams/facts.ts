import type { Piece, Text } from './texts.ts';

/** What one file says of routes and requests. Keys are those of origins: where a router is kept. */
export interface HttpFacts {
  readonly routers: RouterFact[];
  readonly mounts: MountFact[];
  /** Two names for one router: what is made, and what a function gives back. */
  readonly same: (readonly [string, string])[];
  readonly routes: RouteFact[];
  readonly requests: RequestFact[];
  readonly passes: PassFact[];
  /** Prefixes of all routes of an application that are not tied to a router. */
  readonly globalPrefixes: Text[];
}

export interface RouterFact {
  readonly key: string;
  /** Whether paths begin here where nothing is known to mount it. */
  readonly root: boolean;
  readonly prefix: Text;
}

export interface MountFact {
  readonly parent: string;
  readonly child: string;
  readonly prefix: Text;
  /** The prefix stands for the child's own. */
  readonly replaces?: true;
  /** A part of the parent rather than something of its own: named with the parent's path. */
  readonly isGroup?: true;
}

export interface RouteFact {
  /** The router; none where the file says the whole path, but for a global prefix. */
  readonly router?: string;
  readonly method: string;
  readonly path: Text;
  readonly handlers: readonly { readonly id: string; readonly confidence: number; readonly resolution: string }[];
  readonly start: number;
  readonly end: number;
}

export interface RequestFact {
  readonly source: string;
  readonly offset: number;
  /** A hole where it is not known. */
  readonly method: Piece;
  readonly base?: Text;
  readonly url: Text;
}

/** A call of a function of the program that is given a path, or something to make one of. */
export interface PassFact {
  readonly source: string;
  readonly offset: number;
  readonly callee: string;
  readonly args: readonly { readonly text: Text; readonly members: Readonly<Record<string, Text>> }[];
}

export function noFacts(): HttpFacts {
  return { routers: [], mounts: [], same: [], routes: [], requests: [], passes: [], globalPrefixes: [] };
}

export function isEmpty(facts: HttpFacts): boolean {
  return Object.values(facts).every((list: readonly unknown[]) => list.length === 0);
}

import { z } from 'zod';
import type { Ask } from './ask.ts';
import type { Scope } from './resolve.ts';

/** Fields of every tool. */
export const common = {
  graph: z.string().optional().describe('the graph; needed only if there are several'),
  max_tokens: z.int().min(100).max(50_000).default(2_000).describe('about how long the answer may be'),
};

/** Fields of every tool that reads the graph's state. */
export const reading = {
  ...common,
  at: z.string().optional().describe('an offset: answer about the past'),
};

export const symbol = z.string().min(1).max(4096).describe('a node: its id as other tools tell it (src/a.ts#Parser.parse), or a name');
export const limit = (fallback: number, max = 1000) => z.int().min(1).max(max).default(fallback).describe('items at most');

type Shape = z.ZodRawShape;
type Input<S extends Shape> = z.infer<z.ZodObject<S>>;

/** One tool. The answer is text for a language model: compact, with what was left out said at its end. */
export type Tool<S extends Shape = Shape> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: S;
  /** It changes something. */
  readonly isWrite?: boolean;
  readonly run: (ask: Ask, input: Input<S>, progress: (message: string) => Promise<void>) => Promise<string>;
};

/** Checks a tool with the types of its input. The list of tools does not keep these types. */
export function tool<const S extends Shape>(given: Tool<S>): Tool {
  return given as unknown as Tool;
}

export function scopeOf({ graph, at }: { graph?: string | undefined; at?: string | undefined }): Scope {
  return { graph, at };
}

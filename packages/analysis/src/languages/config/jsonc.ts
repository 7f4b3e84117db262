import { parse, type ParseError } from 'jsonc-parser';

/**
 * JSON with comments and trailing commas, as in tsconfig.json.
 *
 * @returns the value, or undefined if the text has other errors
 */
export function parseJsonc(text: string): unknown {
  const errors: ParseError[] = [];
  try {
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    return errors.length === 0 ? value : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // nested deeper than the parser's stack
    throw error;
  }
}

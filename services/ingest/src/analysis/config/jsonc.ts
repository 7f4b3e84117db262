/**
 * JSON with comments and trailing commas, as in tsconfig.json.
 *
 * @returns the value, or undefined where the text is not even that
 */
export function parseJsonc(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    try {
      return JSON.parse(strip(text)) as unknown;
    } catch {
      return undefined;
    }
  }
}

/** A string is kept as it is; a comment goes; a comma goes where only white space and comments separate it from a closing bracket. */
const PIECES = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[}\]])/g;

function strip(text: string): string {
  return text.replaceAll(PIECES, (piece) => (piece.startsWith('"') ? piece : ' '));
}

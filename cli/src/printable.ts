/** Control characters (C0 and C1), characters that change the text's direction, and line separators: a terminal would obey them. */
// eslint-disable-next-line no-control-regex -- the pattern is there to find control characters
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Makes a text from outside (a file name, a service's message) safe for a terminal: characters that it would obey become escapes. */
export function printable(text: string): string {
  return text.replaceAll(OBEYED, (character) => {
    const code = character.charCodeAt(0);
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

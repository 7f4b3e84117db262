const [STAR, DOLLAR, HASH] = [0x2a, 0x24, 0x23];
const NEW_LINE = '\r\n';
/** Most digits of a command's count of words, or of a word's count of bytes. */
const MOST_DIGITS = 10;

/**
 * Whether a whole command follows a damaged place in a part of an append-only file. Then the damage is not at the file's end: a cut there
 * would lose commands that Redis has kept well.
 * @param bytes the part; it begins with a command, whole or not
 */
export function hasCommandAfterDamage(bytes: Buffer): boolean {
  let at = 0;
  for (let end = commandEnd(bytes, at); end !== undefined; end = commandEnd(bytes, at)) at = end;
  for (let star = bytes.indexOf(STAR, at + 1); star >= 0; star = bytes.indexOf(STAR, star + 1))
    if (commandEnd(bytes, star) !== undefined) return true;
  return false;
}

/** The end of the whole command or annotation that begins at `at`; undefined if there is none. */
function commandEnd(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] === HASH) {
    const end = bytes.indexOf(NEW_LINE, at);
    return end < 0 ? undefined : end + NEW_LINE.length;
  }
  const head = count(bytes, at, STAR);
  if (head === undefined) return undefined;
  let { end } = head;
  for (let word = 0; word < head.value; word++) {
    const length = count(bytes, end, DOLLAR);
    if (length === undefined) return undefined;
    end = length.end + length.value + NEW_LINE.length;
    if (end > bytes.length || bytes.toString('latin1', end - NEW_LINE.length, end) !== NEW_LINE) return undefined;
  }
  return end;
}

function count(bytes: Buffer, at: number, mark: number): { readonly value: number; readonly end: number } | undefined {
  if (bytes[at] !== mark) return undefined;
  const [, digits] = /^(\d+)\r\n/.exec(bytes.toString('latin1', at + 1, at + 1 + MOST_DIGITS + NEW_LINE.length)) ?? [];
  return digits === undefined ? undefined : { value: Number(digits), end: at + 1 + digits.length + NEW_LINE.length };
}

/** A pipe in an expression of an Angular template: `value | date: 'short'`. */
export interface Pipe {
  readonly name: string;
  readonly offset: number;
}

const PIPE = /\|\s*([A-Za-z_$][\w$]*)/y;

/**
 * Turns an expression of an Angular template into JavaScript of the same length: pipes become operands, and their arguments too.
 *
 * @returns also the pipes, by their offsets in the code
 */
export function withoutPipes(code: string): { readonly code: string; readonly pipes: readonly Pipe[] } {
  const pipes: Pipe[] = [];
  if (!code.includes('|')) return { code, pipes };
  const chars = code.split('');
  /** For each open bracket: whether a colon would separate the arguments of a pipe. */
  const inPipe = [false];
  for (let at = 0; at < code.length; at++) {
    const char = code[at]!;
    if (char === '"' || char === "'" || char === '`') {
      while (++at < code.length && code[at] !== char) if (code[at] === '\\') at++;
    } else if ('([{'.includes(char)) inPipe.push(false);
    else if (')]}'.includes(char)) {
      if (inPipe.length > 1) inPipe.pop();
    } else if (char === ',' || char === ';') inPipe[inPipe.length - 1] = false;
    else if (char === ':' && inPipe.at(-1) === true) chars[at] = '|';
    else if (char === '|' && code[at + 1] === '|') at++;
    else if (char === '|') {
      PIPE.lastIndex = at;
      const found = PIPE.exec(code);
      if (found === null) continue;
      const [whole, name = ''] = found;
      pipes.push({ name, offset: at });
      // `async` only unwraps its operand.
      const operand = name === 'async' ? '' : '|0';
      chars.splice(at, whole.length, ...operand.padEnd(whole.length).split(''));
      inPipe[inPipe.length - 1] = true;
      at += whole.length - 1;
    }
  }
  return { code: chars.join(''), pipes };
}

const DIRECTIVE = /^[ \t]*#[ \t]*(if|elif|else|endif|region|endregion|pragma|define|undef|nullable|error|warning|line)\b([^\n]*)$/;

/** Keeps one way to compile a source with directives: the first branch of each `#if`. Other branches and the directives become spaces. */
export function oneWayToCompile(source: string): string {
  if (!/^[ \t]*#[ \t]*if\b/m.test(source)) return source;
  /** For each open `#if`, whether its lines count. */
  const open: boolean[] = [];
  const blank = (line: string): string => line.replaceAll(/[^\r]/g, ' ');
  return source
    .split('\n')
    .map((line) => {
      const [, directive, condition = ''] = DIRECTIVE.exec(line) ?? [];
      if (directive === undefined) return open.at(-1) === false ? blank(line) : line;
      if (directive === 'if') open.push(open.at(-1) !== false && condition.trim() !== 'false');
      else if (directive === 'endif') open.pop();
      else if ((directive === 'elif' || directive === 'else') && open.length > 0) open[open.length - 1] = false;
      return blank(line);
    })
    .join('\n');
}

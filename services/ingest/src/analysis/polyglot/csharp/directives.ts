import { parseSyntax } from '../syntax.ts';

const DIRECTIVE = /^[ \t]*#[ \t]*(if|elif|else|endif|region|endregion|pragma|define|undef|nullable|error|warning|line)\b([^\n]*)$/;

/**
 * Of a source that does not parse because of where its directives stand, one of the ways to compile it: of the branches of an `#if` the first, or the last where the condition
 * is that something is not there. The rest, and the directives, become spaces.
 */
export function oneWayToCompile(source: string): string {
  if (!/^[ \t]*#[ \t]*if\b/m.test(source)) return source;
  const { kind, error } = parseSyntax('csharp', source);
  return kind !== 'ERROR' && error === undefined ? source : withoutDirectives(source);
}

interface Branching {
  readonly isKeptAround: boolean;
  readonly wantsLast: boolean;
  isKept: boolean;
}

function withoutDirectives(source: string): string {
  const open: Branching[] = [];
  const lines = source.split('\n');
  return lines
    .map((line, i) => {
      const [, directive, rest = ''] = DIRECTIVE.exec(line) ?? [];
      const around = open.at(-1);
      if (directive === 'if') {
        const isKeptAround = around === undefined || around.isKept;
        const wantsLast = /^\s*!/.test(rest) && hasElse(lines, i);
        open.push({ isKeptAround, wantsLast, isKept: isKeptAround && !wantsLast });
      } else if (around !== undefined && (directive === 'elif' || directive === 'else'))
        around.isKept = around.isKeptAround && around.wantsLast && directive === 'else';
      else if (directive === 'endif') open.pop();
      else if (directive === undefined && (around === undefined || around.isKept)) return line;
      return line.replaceAll(/[^\r]/g, ' ');
    })
    .join('\n');
}

function hasElse(lines: readonly string[], from: number): boolean {
  let depth = 0;
  for (const line of lines.slice(from)) {
    const directive = DIRECTIVE.exec(line)?.[1];
    if (directive === 'if') depth++;
    else if (directive === 'else' && depth === 1) return true;
    else if (directive === 'endif' && --depth === 0) return false;
  }
  return false;
}

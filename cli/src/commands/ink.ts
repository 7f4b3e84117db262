import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The meaning of each colour, the same everywhere in Graphtail. A mark always says the same as the colour. */
const MEANING = {
  added: 'green',
  updated: 'blue',
  deleted: 'red',
  progress: 'yellow',
  completed: 'cyan',
  wrong: 'red',
  quiet: 'gray',
  strong: 'bold',
  plain: 'reset',
} as const satisfies Record<string, Style>;
export type Meaning = keyof typeof MEANING;

export type Ink = (meaning: Meaning, text: string) => string;

/** Colours for a stream; none if NO_COLOR is set or the stream is not a terminal. */
export function inkFor(stream: NodeJS.WriteStream): Ink {
  return (meaning, text) => (meaning === 'plain' ? text : styleText(MEANING[meaning], text, { stream }));
}

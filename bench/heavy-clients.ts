import { setPriority } from 'node:os';

export type HeavyOrder = 'begin' | 'end';

/** The clients stand for other machines: reading their answers is not to take the processors from whom is measured. */
const BACKGROUND = 19;

/** Five kinds of expensive questions. @param start the id of a node to walk from */
export function expensiveQuestions(start: string): readonly ((url: string) => Promise<unknown>)[] {
  const body = JSON.stringify({ start_node: start, query_type: 'dfs', direction: 'both', max_depth: 15 });
  const past = async (url: string): Promise<string> => {
    const { offset } = (await (await fetch(`${url}/stats`)).json()) as { offset: string };
    return offset.replace(/\d+$/, (seq) => String(Math.floor(Number(seq) * Math.random())));
  };
  return [
    async (url) => (await fetch(`${url}/traverse`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text(),
    async (url) => (await fetch(`${url}/export`)).text(),
    async (url) => (await fetch(`${url}/nodes/search?q=will%20load%20the&limit=1000`)).text(),
    async (url) => (await fetch(`${url}/stats?at=${await past(url)}`)).text(),
    async (url) => (await fetch(`${url}/diff?from=${await past(url)}`)).text(),
  ];
}

/** Each asks again as soon as it is answered. As a process of its own: it is told to begin and to end, and answers with how many answers came in all. */
async function serveOrders(url: string, start: string, count: number): Promise<void> {
  setPriority(BACKGROUND);
  const questions = expensiveQuestions(start);
  let answered = 0;
  let stop = new AbortController();
  let clients: Promise<unknown> = Promise.resolve();
  const client = async (first: number, { signal }: AbortController): Promise<void> => {
    for (let i = first; !signal.aborted; i++) {
      await questions[i % questions.length]!(url);
      answered++;
    }
  };
  process.on('message', (order: HeavyOrder) => {
    if (order === 'begin') {
      stop = new AbortController();
      clients = Promise.all(Array.from({ length: count }, (_, i) => client(i, stop)));
      process.send!(answered);
    } else {
      stop.abort();
      void clients.then(() => process.send!(answered));
    }
  });
  process.send!(answered);
}

if (import.meta.main) {
  const [url, start, count] = process.argv.slice(2);
  await serveOrders(url!, start!, Number(count));
}

import { askAt, graphtailServer, type Ask } from '@graphtail/mcp';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { TokenSource } from '@graphtail/client';
import type { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { follow } from '../mcp/follow.ts';
import { placeFor, type Place } from '../mcp/place.ts';
import { tokenFor, withServer, type ServerOptions } from './server.ts';

const HELP = `
An agent starts this command and talks to it by stdin and stdout. It answers
about the folder that it is started in: from the Graphtail at --url if that has
a graph of the folder, else from one that it starts in the background, which
all agents in this folder share and the last one ends.

docs/AGENTS-MCP.md says how to add it to an agent.`;

/** `graphtail mcp`: serves coding agents by the Model Context Protocol. */
export function register(program: Command): void {
  const command = program
    .command('mcp')
    .description('serve coding agents (Model Context Protocol) by stdin and stdout')
    .addHelpText('after', HELP);
  withServer(command).action((options: ServerOptions) => serve(options, command.getOptionValueSource('url') !== 'default'));
}

async function serve(options: ServerOptions, isNamed: boolean): Promise<void> {
  const token = tokenFor(options, 'operate');
  // A start takes seconds; the protocol's first messages are answered meanwhile.
  const place = placeFor(process.cwd(), { url: options.url, token, isNamed });
  place.catch(() => undefined); // told by the first tool that is called
  const ask = askLater(place, options.graph, token);
  const handle = serveStdio(
    () =>
      graphtailServer(
        ask,
        manifest.version,
        follow(async () => ({ url: (await place).url, token })),
      ),
    {
      onerror: (error) => process.stderr.write(`graphtail: ${error.message}\n`),
    },
  );
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  process.stdin.once('close', end).once('end', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end());
  await ended;
  await handle.close();
  await (await place.catch(() => undefined))?.leave();
}

/** Asks the Graphtail of a place once it answers, about its graph unless another is named. */
function askLater(place: Promise<Place>, named: string | undefined, token: TokenSource | undefined): Ask {
  const bearer = async (): Promise<string | undefined> => {
    const text = typeof token === 'function' ? await token() : token;
    return text === undefined ? undefined : `Bearer ${text}`;
  };
  const there = async (): Promise<{ ask: Ask; graph: string | undefined }> => {
    const { url, graph } = await place;
    return { ask: askAt(url, bearer), graph: named ?? graph };
  };
  return {
    async get(schema, path, query = {}) {
      const { ask, graph } = await there();
      return ask.get(schema, path, path === '/api/graphs' ? query : { graph, ...defined(query) });
    },
    async post(schema, path, query, body) {
      const { ask, graph } = await there();
      return ask.post(schema, path, { graph, ...defined(query) }, body);
    },
  };
}

function defined<Value>(query: Readonly<Record<string, Value | undefined>>): Record<string, Value | undefined> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { Refused, type Ask } from './ask.ts';
import { addPrompts } from './prompts.ts';
import { addResources } from './resources.ts';
import { watchResources, type Watch } from './subscriptions.ts';
import type { Tool } from './tool.ts';
import { FIND } from './tools/find.ts';
import { RELATIONS } from './tools/relations.ts';
import { STRUCTURE } from './tools/structure.ts';
import { TIME } from './tools/time.ts';
import { WEB } from './tools/web.ts';
import { WORK } from './tools/work.ts';

export const TOOLS: readonly Tool[] = [...FIND, ...RELATIONS, ...STRUCTURE, ...WEB, ...TIME, ...WORK];

const INSTRUCTIONS = `Graphtail keeps a live graph of this code base: files, functions, classes and routes, and how they call, import, extend and reach one another, across client and server. Ask it before you read or grep files: search, then node, callers, references, impact.
A symbol is an id as the tools tell it (src/a.ts#Parser.parse) or a name. Every answer ends with the offset of which it is true; saved files are in the graph within a second (wait_until makes sure). An answer says what it left out.`;

/**
 * A server of the Model Context Protocol that answers from a Graphtail.
 * @param watch follows the log, so that clients learn when a resource that they subscribed to has changed; undefined: they can't subscribe
 */
export function graphtailServer(ask: Ask, version: string, watch?: Watch): McpServer {
  const server = new McpServer(
    { name: 'graphtail', title: 'Graphtail', version },
    { instructions: INSTRUCTIONS, capabilities: watch === undefined ? {} : { resources: { subscribe: true } } },
  );
  for (const each of TOOLS) addTool(server, each, ask);
  addResources(server, ask);
  addPrompts(server);
  if (watch !== undefined) watchResources(server, watch);
  return server;
}

function addTool(server: McpServer, { name, title, description, input, isWrite = false, run }: Tool, ask: Ask): void {
  const annotations = { readOnlyHint: !isWrite, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  server.registerTool(name, { title, description, inputSchema: z.strictObject(input), annotations }, async (given, context) => {
    try {
      return { content: [{ type: 'text', text: await run(ask, given, progressOf(context)) }] };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const which = error.graphs.length > 0 ? ` Graphs: ${error.graphs.join(', ')}` : '';
      const near = error.near.length > 0 && !error.message.includes(error.near[0]!) ? ` Near: ${error.near.join(', ')}` : '';
      return { content: [{ type: 'text', text: `${error.message}${which}${near}` }], isError: true };
    }
  });
}

/** Tells the client how far a tool has got, if the client wants to know. */
function progressOf({ mcpReq }: ServerContext): (message: string) => Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return async (message) => {
    if (progressToken === undefined) return;
    await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: ++progress, message } });
  };
}

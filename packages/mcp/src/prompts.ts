import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

type Prompt = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly argument: string;
  readonly means: string;
  readonly text: (given: string) => string;
};

const PROMPTS: readonly Prompt[] = [
  {
    name: 'explain_module',
    title: 'Explain a module',
    description: 'What a file or folder is for, how it is built, and who relies on it.',
    argument: 'path',
    means: 'a file or folder',
    text: (path) =>
      `Explain ${path} to an engineer who is new to this code base. Use outline for its files, references for what others use of it, and impact to see who relies on it. Say what it is for, its main parts and how they work together, and what to know before changing it. Name symbols with their lines.`,
  },
  {
    name: 'review_change',
    title: 'Review a change',
    description: 'What a change does to the code base, what it may break, and which tests to run.',
    argument: 'since',
    means: 'an offset or a time: the change is everything after it',
    text: (since) =>
      `Review what changed since ${since}. Use changed_since to see it, then impact with the offset before it. Look at the source of what changed and of the nearest callers with node. Report: what the change does, what it may break with the reason, which routes and seams it reaches, and the tests to run.`,
  },
  {
    name: 'plan_refactoring',
    title: 'Plan a refactoring',
    description: 'A plan in small steps that each leave the code working.',
    argument: 'goal',
    means: 'what is to be different, and where',
    text: (goal) =>
      `Plan this refactoring: ${goal}. Find the symbols with search, everything that uses them with references, and what they affect with impact. Check cycles for circles that the plan could break or make. Answer with small steps in order; each leaves the code working and names the files and symbols it touches and the tests that cover it.`,
  },
  {
    name: 'trace_request',
    title: 'Trace a request',
    description: 'What happens from the client to the database when a route is called.',
    argument: 'route',
    means: 'a route such as GET /users/{id}, or a function of the client',
    text: (route) =>
      `Trace ${route} from end to end. Use routes to find it and trace to follow it in both directions: which client functions call it, its handler, and what that calls. Show the steps in order with file and line, and point out where errors are handled and where data is checked.`,
  },
];

export function addPrompts(server: McpServer): void {
  for (const { name, title, description, argument, means, text } of PROMPTS) {
    const argsSchema = z.object({ [argument]: z.string().describe(means) });
    server.registerPrompt(name, { title, description, argsSchema }, (given) => ({
      messages: [{ role: 'user', content: { type: 'text', text: text(String((given as Record<string, unknown>)[argument])) } }],
    }));
  }
}

import { isLogName } from '@graphtail/facts';
import { ROLES, Tokens, type Role } from '@graphtail/runtime/guard';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { secondsOf } from '../duration.ts';
import { secretIn } from '../secret.ts';
import { UserError } from '../user-error.ts';

const YEARS = 10 * 365 * 86_400;

type TokenOptions = {
  readonly role: Role;
  readonly graph?: readonly string[];
  readonly expires: number;
  readonly subject?: string;
  readonly json?: boolean;
};

/** `graphtail token`: makes a bearer token for a user who has the secret. @param host this process, passed by main.ts */
export function register(program: Command, host: NodeJS.Process): void {
  program
    .command('token')
    .description('make a bearer token for a Graphtail that was started with GRAPHTAIL_JWT_SECRET')
    .addOption(
      new Option('--role <role>', 'what it allows; each role may do what those before it may').choices(ROLES).makeOptionMandatory(),
    )
    .addOption(new Option('--graph <name>', 'a graph that it is bound to; repeatable (default: all)').argParser(graphs))
    .addOption(new Option('--expires <duration>', 'for how long it is good').default(secondsOf('12h'), '12h').argParser(lifetime))
    .addOption(new Option('--subject <name>', 'who has it, as the audit log names them (default: the role)').argParser(subject))
    .option('--json', 'print the token and its claims as one JSON object')
    .addHelpText('after', '\nThe secret is read from GRAPHTAIL_JWT_SECRET. Commands take a token in GRAPHTAIL_TOKEN or --token.')
    .action(async (options: TokenOptions) => {
      host.stdout.write(`${await told(options, secretIn(host.env))}\n`);
    });
}

async function told({ role, graph, expires, subject, json }: TokenOptions, secret: string | undefined): Promise<string> {
  if (secret === undefined) throw new UserError('GRAPHTAIL_JWT_SECRET is not set: set it to the secret that Graphtail was started with.');
  const expiresAt = new Date((Math.floor(Date.now() / 1000) + expires) * 1000);
  const token = await new Tokens(secret).mint({ role, graphs: graph, subject }, expiresAt);
  if (json !== true) return token;
  return JSON.stringify({ token, role, graphs: graph ?? null, subject: subject ?? null, expires_at: expiresAt.toISOString() });
}

function graphs(name: string, others: readonly string[] = []): string[] {
  if (isLogName(name)) return [...others, name];
  throw new InvalidArgumentError('It must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}, or be _alerts or _audit.');
}

function lifetime(text: string): number {
  const seconds = secondsOf(text);
  if (seconds !== undefined && seconds <= YEARS) return seconds;
  throw new InvalidArgumentError('It must be a duration such as 30m, 12h or 7d, at most ten years.');
}

function subject(text: string): string {
  if (/^[\w.@+-]{1,256}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits and . _ @ + -.');
}

import { ApiError, SubscriptionRefused, createApi, type Api, type ConnectOptions, type TokenSource } from '@graphtail/client';
import {
  AUDIT_LOG,
  CURSOR_CODES,
  isLogName,
  isOffset,
  isPlace,
  offsetInNewest,
  placeOf,
  seqOfPlace,
  type Code,
  type ErrorFrame,
  type Offset,
  type Place,
} from '@graphtail/facts';
import type { Role } from '@graphtail/runtime/guard';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ownToken } from '../own-token.ts';
import { secretIn } from '../secret.ts';
import { COMMAND, UserError } from '../user-error.ts';

/** The options of every command that talks to a running Graphtail. */
export type ServerOptions = { readonly url: string; readonly graph?: string; readonly json?: boolean; readonly token?: string };

const DEFAULT_URL = 'http://127.0.0.1:8000';

/** Parses the address of a Graphtail. `localhost:8000` is short for `http://localhost:8000`. */
export function httpAddress(text: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address.replace(/[?#].*$/, '').replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8000.');
}

function logName(text: string): string {
  if (isLogName(text)) return text;
  throw new InvalidArgumentError('It must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}, or be _alerts or _audit.');
}

/** Parses an offset, or a place as it is printed. {@link offsetAt} makes an offset of it. */
export function offsetArgument(text: string): Offset | Place {
  if (isOffset(text) || isPlace(text)) return text;
  throw new InvalidArgumentError('It must be an offset, <epoch>-<seq> or #<seq>.');
}

/** The offset of a place in the newest timeline of the log; an offset stays what it is. */
export async function offsetAt<Given extends Offset | Place | undefined>(
  options: ServerOptions,
  given: Given,
): Promise<Offset | Extract<Given, undefined>> {
  const seq = given === undefined ? undefined : seqOfPlace(given);
  if (seq === undefined) return given as Offset | Extract<Given, undefined>;
  const { epochs } = await apiOf(options).log({ graph: options.graph });
  return offsetInNewest(epochs, seq);
}

/** Adds --url, --graph, --token and, if `jsonMeans` says what it does, --json. */
export function withServer(command: Command, jsonMeans?: string): Command {
  command
    .addOption(new Option('--url <address>', 'the running Graphtail').env('GRAPHTAIL_URL').default(DEFAULT_URL).argParser(httpAddress))
    .addOption(new Option('--graph <name>', 'the graph (default: the only one)').env('GRAPHTAIL_GRAPH').argParser(logName))
    .addOption(
      new Option('--token <token>', "if the server needs one; the variable keeps it out of other users' sight").env('GRAPHTAIL_TOKEN'),
    );
  return jsonMeans === undefined ? command : command.option('--json', jsonMeans);
}

/** @param role the lowest role that the command needs */
export function apiOf(options: ServerOptions, role: Role = 'read'): Api {
  return createApi(options.url, tokenFor(options, role));
}

/** The given token. Without one, a token made with this user's secret, if there is a secret and Graphtail runs on this machine. */
export function tokenFor({ url, graph, token }: ServerOptions, role: Role): TokenSource | undefined {
  if (token !== undefined) return token;
  if (!/^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)) return undefined;
  return ownToken(secretIn(process.env), graph === AUDIT_LOG ? 'admin' : role);
}

/** The command line that runs a command on the same log. */
export function commandLine(name: string, { url, graph }: Pick<ServerOptions, 'url' | 'graph'>): string {
  return [COMMAND, name, ...(url === DEFAULT_URL ? [] : ['--url', url]), ...(graph === undefined ? [] : ['--graph', graph])].join(' ');
}

/** The options with which a subscription connects to the server. */
export function subscriptionOf(options: ServerOptions): ConnectOptions {
  const { url, graph } = options;
  return { url, graph, token: tokenFor(options, 'read') };
}

/**
 * Runs a command's work, and explains a failure to the user: what failed, why, and what to do.
 * @param name the command, if it can be run again from another cursor
 * @throws {UserError} for anything that is not a bug.
 */
export async function explained(options: ServerOptions, work: () => Promise<void>, name?: 'tail' | 'replay'): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError) throw new UserError(explainApi(error, options), { cause: error });
    if (error instanceof SubscriptionRefused)
      throw new UserError(explainRefusal(error.error, name === undefined ? undefined : commandLine(name, options)), { cause: error });
    throw error;
  }
}

function explainApi(error: ApiError, { url }: ServerOptions): string {
  if (error.status === 0 && error.message.endsWith('broke off'))
    return `${error.message}; the output is incomplete. Run the command again.`;
  if (error.status === 0) return `Nothing answers at ${url}. Start Graphtail with: npx graphtail up PATH; or name its address with --url.`;
  const { earliest, head } = error.cursors;
  const bounds = earliest === undefined || head === undefined ? '' : ` The log goes from ${placeOf(earliest)} to ${placeOf(head)}.`;
  const isOther = error.code === undefined ? ` Is it a Graphtail at ${url}?` : '';
  return `${sentence(error.message)}${bounds}${isOther}${advice(error.code, error.message)}`;
}

/** Explains a refused subscription, with the cursor that helps. @param command the command line as it was called, without its cursor */
function explainRefusal({ code, message, earliest, head, resume_at: resumeAt }: ErrorFrame, command: string | undefined): string {
  if (code !== 'LOG_DAMAGED' && !(CURSOR_CODES as readonly Code[]).includes(code)) return `${sentence(message)}${advice(code, message)}`;
  const lines = [`${code}: ${sentence(message)}`];
  if (earliest !== undefined && head !== undefined) lines.push(`The log goes from ${placeOf(earliest)} to ${placeOf(head)}.`);
  if (command !== undefined && resumeAt !== undefined && !message.startsWith('to:')) {
    lines.push(`Continue where the log does, or begin again with the present state:`);
    lines.push(`  ${command} --from ${resumeAt}`, `  ${command} --from snapshot`);
  }
  return lines.join('\n');
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

const TOKENS_COME_FROM = 'npx graphtail token --role read|operate|admin makes one, where the server runs.';

function advice(code: string | undefined, message: string): string {
  switch (code) {
    case 'UNKNOWN_GRAPH':
      return ' npx graphtail status lists the graphs there are.';
    case 'BAD_REQUEST':
      return message.startsWith('graph:') ? ' Name it with --graph.' : '';
    case 'UNAUTHORIZED':
      return ` Give a token in GRAPHTAIL_TOKEN. ${TOKENS_COME_FROM}`;
    case 'FORBIDDEN':
      return ` ${TOKENS_COME_FROM}`;
    default:
      return '';
  }
}

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALERTMANAGER, provide } from '../../scripts/provide/packaged.ts';
import { NotProvided } from '../../scripts/provide/programs.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

/** A program that runs for a spec. */
export type Monitoring = { readonly url: string; stop(): Promise<void> };

const READY_WITHIN_MS = 60_000;
/** Debian's programs read files of /usr/share. An unpacked one sees those of its own package there. */
const OWN_SHARE = 'mount --bind "$0/usr/share" /usr/share && exec "$@"';
const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

async function mountsItsShare(root: string): Promise<void> {
  await promisify(execFile)('unshare', ['-rm', 'sh', '-c', OWN_SHARE, root, 'true']).catch((error: unknown) => {
    throw new NotProvided('an unpacked Alertmanager needs a mount of its own, which this system does not allow: install it', {
      cause: error,
    });
  });
}

/**
 * A real Alertmanager, without peers.
 * @param config the text of its configuration file
 * @throws {NotProvided} where there is none, or where only an unpacked one is and the system lets nobody mount its files.
 */
export async function startAlertmanager(config: string): Promise<Monitoring> {
  const { path, env, root } = await provide(ALERTMANAGER);
  if (root !== undefined) await mountsItsShare(root);
  const folder = await mkdtemp(join(tmpdir(), 'graphtail-monitoring-'));
  const file = join(folder, 'config.yml');
  await writeFile(file, config);
  const address = `127.0.0.1:${String(await freePort())}`;
  const settings = [`--storage.path=${folder}/data`, `--web.listen-address=${address}`, '--cluster.listen-address='];
  const command = [path, `--config.file=${file}`, ...settings];
  const [first = path, ...rest] = root === undefined ? command : ['unshare', '-rm', 'sh', '-c', OWN_SHARE, root, ...command];
  const child = spawn(first, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.add(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  const url = `http://${address}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`it ended:\n${said}`);
    return fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }, READY_WITHIN_MS);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      children.delete(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

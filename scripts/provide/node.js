// Run by `npm ci` with npm's own Node, plain JavaScript therefore: does the Node that the lockfile brought run here?
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
// A small Debian lacks it, and Node 26 needs it.
const LIBRARY = 'libatomic1';

/** @returns {string | undefined} why it does not run */
function complaint() {
  try {
    execFileSync(node, ['--version'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String(error.stderr || error.message).trim();
  }
}

function apt(...args) {
  execFileSync('apt-get', args, { stdio: 'pipe', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

function installLibrary() {
  console.error(`graphtail: installing Debian's ${LIBRARY}, which Node 26 needs`);
  try {
    apt('install', '-y', '-qq', '--no-install-recommends', LIBRARY);
  } catch {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', LIBRARY);
  }
}

// Left out by --omit=dev: then the system's Node is used.
if (existsSync(node)) {
  let why = complaint();
  if (why?.includes('libatomic') && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    installLibrary();
    why = complaint();
  }
  if (why !== undefined) {
    console.error(`graphtail: the Node that npm brought does not run here: ${why}`);
    if (why.includes('libatomic'))
      console.error(`graphtail: install it with: apt-get install ${LIBRARY} (Debian, Ubuntu) or dnf install libatomic (Fedora)`);
    process.exitCode = 1;
  }
}

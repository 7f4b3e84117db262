#!/usr/bin/env node
// Plain JavaScript that any Node runs: it finds a Node that runs TypeScript, and lets it run the command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  await import('../src/main.ts');
} else {
  const node = broughtNode();
  if (node === undefined) {
    console.error(`graphtail: Node 24 or newer is needed, this is ${process.versions.node}; run npm ci, which brings one, or install it.`);
    process.exitCode = 1;
  } else {
    const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
    // A terminal sends Ctrl-C to both; the child decides when both end. What is sent to this one alone is passed on.
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? (signal === null ? 1 : 130);
    });
  }
}

/** The Node that the lockfile brings (the npm package `node`). */
function broughtNode() {
  try {
    const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

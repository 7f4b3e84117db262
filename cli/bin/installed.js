#!/usr/bin/env node
// The npm package's command. Plain JavaScript that any Node runs, so that one that is too old is told so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 15)) {
  await import('../cli/main.js');
} else {
  console.error(
    `graphtail: Node 22.15 or newer is needed, this is ${process.versions.node}; npx brings one: npx -p node@24 -p graphtail graphtail up PATH`,
  );
  process.exitCode = 1;
}

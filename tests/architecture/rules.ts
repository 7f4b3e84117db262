import { target, workspaceOf, type SourceImports } from './imports.ts';

/** The workspaces that a workspace may import (docs/adr/0022): facts ← log ← runtime ← services; facts ← analysis ← ingest; facts ← client ← dashboard, cli; facts ← mcp ← gateway, cli. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/facts': [],
  'packages/runtime': ['packages/facts', 'packages/log'],
  'packages/log': ['packages/facts'],
  'packages/analysis': ['packages/facts'],
  'packages/client': ['packages/facts'],
  'packages/mcp': ['packages/facts'],
  'services/ingest': ['packages/facts', 'packages/log', 'packages/runtime', 'packages/analysis'],
  'services/projector': ['packages/facts', 'packages/log', 'packages/runtime'],
  'services/notifier': ['packages/facts', 'packages/log', 'packages/runtime'],
  'services/gateway': ['packages/facts', 'packages/log', 'packages/runtime', 'packages/mcp'],
  dashboard: ['packages/facts', 'packages/client'],
  // log: whether a Redis that is named is fit for it; runtime: the messages that a service sends to its supervisor.
  cli: ['packages/facts', 'packages/log', 'packages/client', 'packages/runtime', 'packages/mcp'],
};

/** They run in browsers. */
const WITHOUT_NODE = new Set(['packages/facts', 'packages/client', 'dashboard']);

/** Folders outside the workspaces that sources may reach into. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = { cli: ['scripts/provide/', 'scripts/build/'] };

const PACKAGES: Readonly<Record<string, string>> = {
  '@graphtail/facts': 'packages/facts',
  '@graphtail/log': 'packages/log',
  '@graphtail/analysis': 'packages/analysis',
  '@graphtail/client': 'packages/client',
  '@graphtail/mcp': 'packages/mcp',
  '@graphtail/runtime': 'packages/runtime',
  '@graphtail/ingest': 'services/ingest',
  '@graphtail/projector': 'services/projector',
  '@graphtail/notifier': 'services/notifier',
  '@graphtail/gateway': 'services/gateway',
  '@graphtail/dashboard': 'dashboard',
};

function packageOf(specifier: string): string | undefined {
  return Object.entries(PACKAGES).find(([name]) => specifier === name || specifier.startsWith(`${name}/`))?.[1];
}

/** Specs and what only they use may reach for anything: they prove, they do not run. */
export function isSpec(file: string): boolean {
  return file.endsWith('.spec.ts') || /\/(?:fixtures|specs|testing)\//.test(file);
}

/** main.ts is a composition root; defineService is what the services' share, server.ts what the commands' share. */
const READS_ENVIRONMENT = new Set(['packages/runtime/src/service.ts', 'cli/src/commands/server.ts']);

function mayReadEnvironment(file: string): boolean {
  return file.endsWith('/main.ts') || READS_ENVIRONMENT.has(file);
}

/** What a source file does that it must not, one line each. */
export function violations(source: SourceImports): string[] {
  const { file, specifiers, readsEnvironment } = source;
  if (isSpec(file)) return [];
  const from = workspaceOf(file);
  const found: string[] = [];
  for (const specifier of specifiers) {
    if (specifier.startsWith('.')) {
      const path = target(file, specifier);
      const isAllowed = OUTSIDE[from]?.some((folder) => path.startsWith(folder)) === true;
      if (workspaceOf(path) !== from && !isAllowed) {
        found.push(`${file} leaves its workspace for ${path}`);
      }
      continue;
    }
    if (specifier.startsWith('node:') && WITHOUT_NODE.has(from)) found.push(`${file} imports ${specifier}, and runs in browsers`);
    const to = packageOf(specifier);
    if (to !== undefined && to !== from && !MAY_IMPORT[from]?.includes(to)) found.push(`${file} imports ${specifier}: ${from} may not`);
  }
  if (readsEnvironment && !mayReadEnvironment(file)) found.push(`${file} reads process.env; only main.ts does`);
  return found;
}

export const WORKSPACES = Object.keys(MAY_IMPORT);

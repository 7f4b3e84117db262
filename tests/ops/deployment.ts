import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { parse } from 'yaml';
import { z } from 'zod';
import { read } from './documents.ts';
import { ROOT } from './exported-metrics.ts';

const ServiceSchema = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  user: z.string().optional(),
  privileged: z.boolean().optional(),
});
const ComposeSchema = z.object({ services: z.record(z.string(), ServiceSchema) });

export type ComposeService = z.infer<typeof ServiceSchema>;

export function compose(): Record<string, ComposeService> {
  return ComposeSchema.parse(parse(read('docker-compose.yml'), { merge: true })).services;
}

const ScrapeSchema = z.object({
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      params: z.record(z.string(), z.array(z.string())).optional(),
      static_configs: z.array(z.object({ targets: z.array(z.string()) })),
    }),
  ),
});

/** Job → where it is scraped, and the service asked for there. */
export function scraped(config: string): Record<string, { target: string; service: string | undefined }> {
  const jobs = ScrapeSchema.parse(parse(read(config))).scrape_configs;
  return Object.fromEntries(
    jobs.map(({ job_name, params, static_configs }) => [
      job_name,
      { target: static_configs[0]?.targets.join() ?? '', service: params?.['service']?.join() },
    ]),
  );
}

/** The services' names: the folders under services/. */
export function serviceNames(): string[] {
  return globSync('services/*/src/main.ts', { cwd: ROOT })
    .map((file) => file.split('/')[1] ?? '')
    .sort();
}

/** The variables that a service reads, as its `--help` says. */
export async function settingsOf(service: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [`services/${service}/src/main.ts`, '--help'], { cwd: ROOT });
  return [...stdout.matchAll(/^ {2}(GRAPHTAIL_\w+)/gm)].map(([, name = '']) => name);
}

/** Packages that a workspace's code, specs left out, imports when it runs. */
export function runtimeImports(workspace: string): string[] {
  const files = globSync(`${workspace}/src/**/*.ts`, { cwd: ROOT }).filter(
    (file) => !/\.spec\.ts$|\/(specs|fixtures|testing)\//.test(file),
  );
  const specifiers = files.flatMap((file) => valueImports(readFileSync(join(ROOT, file), 'utf8')));
  const names = specifiers.filter((specifier) => !/^(\.|node:)/.test(specifier)).map(packageOf);
  return [...new Set(names)].filter((name) => !name.startsWith('@graphtail/')).sort();
}

/** Type stripping removes `import type`, and keeps an import whose names are all types. */
export function valueImports(text: string): string[] {
  const tree = ts.createSourceFile('source.ts', text, ts.ScriptTarget.ESNext, false);
  return tree.statements.flatMap((statement) => {
    const typeOnly =
      (ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly);
    if (typeOnly || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const ManifestSchema = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

export function dependenciesOf(workspace: string): string[] {
  return Object.keys(ManifestSchema.parse(JSON.parse(read(`${workspace}/package.json`))).dependencies);
}

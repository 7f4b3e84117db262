import { globSync } from 'node:fs';
import { compose, dependenciesOf, runtimeImports, scraped, serviceNames, settingsOf, valueImports } from './deployment.ts';
import { read } from './documents.ts';
import { ROOT } from './exported-metrics.ts';

describe('docker-compose.yml', () => {
  it('runs every service from the one image', () => {
    for (const name of serviceNames()) {
      const service = compose()[name];
      expect(service?.command)
        .withContext(name)
        .toEqual(['node', `services/${name}/src/main.ts`]);
      expect(service?.image).toMatch(/^graphtail:/);
    }
  });

  it("opens ports on the machine's own loopback only", () => {
    const ports = Object.values(compose()).flatMap((service) => service.ports);
    expect(ports.length).toBe(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('sets only variables that a service reads', async () => {
    for (const name of serviceNames()) {
      const settings = await settingsOf(name);
      const given = Object.keys(compose()[name]!.environment);
      expect(given.filter((variable) => !settings.includes(variable)))
        .withContext(name)
        .toEqual([]);
    }
  });

  it('mounts the source that ingest analyses into the gateway, which refuses a root that does not exist', () => {
    const source = (name: string) => compose()[name]!.volumes.filter((volume) => volume.endsWith(':/source:ro'));
    expect(source('ingest').length).toBe(1);
    expect(source('gateway')).toEqual(source('ingest'));
  });

  it('keeps the log: appended to disk, never evicted, on a volume', () => {
    const redis = compose()['redis']!;
    expect(redis.command?.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    expect(redis.volumes).toEqual(['redis:/data']);
  });
});

describe('Prometheus', () => {
  it('scrapes every service that Compose runs', () => {
    const jobs = scraped('ops/prometheus/prometheus.yml');
    expect(Object.keys(jobs).sort()).toEqual(serviceNames());
    for (const name of serviceNames()) expect(jobs[name]?.target).toBe(`${name}:${compose()[name]!.environment['GRAPHTAIL_PORT']!}`);
  });

  it('scrapes the same jobs through the gateway with npm start', () => {
    const jobs = scraped('ops/prometheus/local.yml');
    expect(Object.keys(jobs).sort()).toEqual(serviceNames());
    for (const [name, job] of Object.entries(jobs)) expect(job).toEqual({ target: '127.0.0.1:8000', service: name });
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it("has every workspace's manifest, because the lockfile is checked against them", () => {
    const manifests = globSync('{packages/*,services/*,cli,dashboard}/package.json', { cwd: ROOT });
    for (const manifest of manifests) expect(dockerfile).toContain(`COPY ${manifest} ${manifest.replace('package.json', '')}\n`);
  });

  it('installs what every service imports when it runs', () => {
    const dependencies = /AS dependencies\n(.*?)\n\n/s.exec(dockerfile)?.[1] ?? '';
    const installed = [...dependencies.matchAll(/--workspace=(\S+)/g)].map(([, workspace = '']) => workspace);
    for (const name of serviceNames()) expect(installed).toContain(`services/${name}`);
    for (const workspace of installed) {
      const listed = dependenciesOf(workspace);
      expect(runtimeImports(workspace).filter((name) => !listed.includes(name)))
        .withContext(workspace)
        .toEqual([]);
    }
  });

  it('counts imports that remain when types are stripped', () => {
    const source = "import type { A } from 'a'; import { type B } from 'b'; export type { C } from 'c'; export * from 'd'; import 'e';";
    expect(valueImports(source)).toEqual(['b', 'd', 'e']);
  });

  it('runs the Node version of the lockfile, and not as root', () => {
    const major = (JSON.parse(read('package.json')) as { devDependencies: { node: string } }).devDependencies.node.split('.')[0]!;
    const bases = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, version]) => version);
    expect(new Set(bases)).toEqual(new Set([major]));
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

describe('docs/DEPLOYMENT.md', () => {
  it('describes every setting of every service, and nothing else', async () => {
    const described = [...read('docs/DEPLOYMENT.md').matchAll(/^\| `(GRAPHTAIL_\w+)` \| ([^|]+) \|/gm)].map(([, name = '', by = '']) => [
      name,
      by,
    ]);
    const real = new Map<string, string[]>();
    for (const service of serviceNames()) {
      for (const name of await settingsOf(service)) real.set(name, [...(real.get(name) ?? []), service]);
    }
    const expected = [...real].map(([name, by]) => [name, by.length === serviceNames().length ? 'all' : by.join(', ')]);
    expect(described.sort()).toEqual(expected.sort());
  });
});

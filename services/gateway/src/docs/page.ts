import type { OpenApi, Operation } from '@graphtail/runtime';
import { html, type Html } from './html.ts';
import { operationSection } from './operation.ts';
import { members, typeOf, type Schema } from './schema.ts';
import { STYLE } from './style.ts';

type Listed = { readonly method: string; readonly path: string; readonly operation: Operation };

/** The tags' titles, in the order of the page. A tag that is not listed comes last. */
const TAGS: Readonly<Record<string, string>> = {
  graph: 'Graph: questions about a state',
  log: 'Log: facts, bounds and proofs',
  subscriptions: 'Subscriptions',
  consumers: 'Consumers: durable cursors',
  graphs: 'Graphs',
  service: 'Service',
  description: 'Description',
};

/** The API's documentation as one page, made from its OpenAPI document. It needs no script: the Content-Security-Policy allows none. */
export function documentationPage({ info, paths, components }: OpenApi): string {
  const listed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Listed => ({ method, path, operation })),
  );
  const groups = Map.groupBy(listed, ({ operation }) => operation.tags[0] ?? '');
  const tags = [...new Set([...Object.keys(TAGS), ...groups.keys()])].filter((tag) => groups.has(tag));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${info.title} API</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <header>
          <h1>${info.title} API</h1>
          <p class="soft">Version ${info.version} · <a href="/api/openapi.json">openapi.json</a> · <a href="/">Dashboard</a></p>
        </header>
        <div class="columns">
          <nav aria-label="Operations">${tags.map((tag) => navigation(tag, groups.get(tag) ?? []))}</nav>
          <main id="content">
            ${tags.map((tag) => tagPart(tag, groups.get(tag) ?? []))}
            <h2 id="schemas">Schemas</h2>
            ${Object.entries(components.schemas).map(([name, schema]) => schemaPart(name, schema as Schema))}
          </main>
        </div>
      </body>
    </html>`;
  return page.text;
}

function navigation(tag: string, listed: readonly Listed[]): Html {
  return html`<details>
    <summary>${TAGS[tag] ?? tag}</summary>
    <ul>
      ${listed.map(
        ({ method, path, operation }) =>
          html`<li>
            <a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${path}</a>
          </li>`,
      )}
    </ul>
  </details>`;
}

function tagPart(tag: string, listed: readonly Listed[]): Html {
  return html`<h2 id="${tag}">${TAGS[tag] ?? tag}</h2>
    ${listed.map(({ method, path, operation }) => operationSection(method, path, operation))}`;
}

function schemaPart(name: string, schema: Schema): Html {
  return html`<section id="schema-${name}" class="operation">
    <h3><code>${name}</code></h3>
    ${schema.description === undefined ? '' : html`<p>${schema.description}.</p>`}
    ${schema.properties === undefined && schema.oneOf === undefined ? html`<p>${typeOf(schema)}</p>` : ''} ${members(schema)}
  </section>`;
}

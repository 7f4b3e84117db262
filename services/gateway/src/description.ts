import { OpenApiSchema, Problem, isKnownAnswer, route, sendJson, type OpenApi, type Route } from '@graphtail/runtime';
import { z } from 'zod';
import { documentationPage } from './docs/page.ts';
import type { Services } from './services.ts';
import type { ServiceName } from './upstreams/addresses.ts';

const KEPT_MS = 10_000;

/** The services whose routes the gateway passes on. */
const DESCRIBED = ['projector', 'notifier'] as const satisfies readonly ServiceName[];

/**
 * The API as one document. Each service describes its own routes from the schemas that it parses with; this class merges them. The
 * document is cached for 10 s, and longer while a service is away.
 */
export class ApiDescription {
  readonly #services: Services;
  readonly #own: () => OpenApi;
  #kept: { readonly document: OpenApi; readonly at: number } | undefined;

  constructor(services: Services, own: () => OpenApi) {
    this.#services = services;
    this.#own = own;
  }

  /** @throws {Problem} 503 if a service does not answer and no earlier document is cached. */
  async document(): Promise<OpenApi> {
    if (this.#kept !== undefined && performance.now() - this.#kept.at < KEPT_MS) return this.#kept.document;
    try {
      const others = await Promise.all(DESCRIBED.map((service) => describedBy(service, this.#services)));
      const document = merged(this.#own(), others);
      this.#kept = { document, at: performance.now() };
      return document;
    } catch (error) {
      if (this.#kept !== undefined) return this.#kept.document;
      throw error;
    }
  }
}

async function describedBy(service: ServiceName, services: Services): Promise<OpenApi> {
  try {
    const { body } = await services.get(service, '/openapi.json');
    return OpenApiSchema.parse(JSON.parse(body)) as OpenApi;
  } catch (error) {
    const problem = new Problem(503, 'UNAVAILABLE', `The ${service} does not describe its routes at the moment.`, {
      service,
      retry_after_seconds: 1,
    });
    problem.cause = error;
    throw problem;
  }
}

/** Paths that several services have, such as `/health`, are described as the gateway answers them. */
function merged(own: OpenApi, others: readonly OpenApi[]): OpenApi {
  const paths = Object.assign({}, ...others.map((each) => each.paths), own.paths) as OpenApi['paths'];
  const schemas = Object.assign(
    {},
    ...others.map((each) => each.components.schemas),
    own.components.schemas,
  ) as OpenApi['components']['schemas'];
  return { ...own, info: { ...own.info, title: 'Graphtail' }, paths, components: { schemas } };
}

export function descriptionRoutes(description: ApiDescription): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/openapi.json',
      tag: 'description',
      summary: 'This document: every route of every service, with its parameters and answers',
      answers: { 200: OpenApiSchema },
      async handle({ response }) {
        sendJson(response, await description.document());
      },
    }),
    route({
      method: 'get',
      path: '/api/docs',
      tag: 'description',
      summary: 'The same as a web page',
      answers: { 200: z.string() },
      media: ['text/html'],
      async handle({ response }) {
        const page = documentationPage(await description.document());
        if (!isKnownAnswer(response, page)) response.type('html').send(page);
      },
    }),
  ];
}

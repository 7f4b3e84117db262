import type { OpenApi } from './operations.ts';
import type { Schema } from './json.ts';

const TEXT: Schema = { type: 'string' };
const GRAPH = { name: 'graph', in: 'query', required: false, schema: TEXT };

function query(...names: string[]) {
  return [GRAPH, ...names.map((name) => ({ name, in: 'query', required: false, schema: TEXT }))];
}

function body(...required: string[]) {
  return {
    content: {
      'application/json': { schema: { type: 'object', properties: Object.fromEntries(required.map((name) => [name, TEXT])), required } },
    },
  };
}

const LIMIT = { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000 } };
const SUBSCRIPTION = query('from', 'to', 'speed', 'types', 'entities', 'path', 'consumer', 'on_too_old', 'batch');

/** Routes of docs/PROTOCOL.md and of every service, for as long as no OpenAPI document of the product names them. */
export const UNDOCUMENTED: OpenApi = {
  paths: {
    '/health': { get: {} },
    '/ready': { get: {} },
    '/metrics': { get: {} },
    '/api/graphs': { get: {}, post: { requestBody: body('root', 'name') } },
    '/api/log': { get: { parameters: query() } },
    '/api/log/facts': { get: { parameters: [...query('from', 'types'), LIMIT] } },
    '/api/log/offset': { get: { parameters: [GRAPH, { name: 'ts', in: 'query', required: true, schema: TEXT }] } },
    '/api/log/receipt': {
      get: { parameters: [GRAPH, ...['from', 'to'].map((name) => ({ name, in: 'query', required: true, schema: TEXT }))] },
    },
    '/api/consumers': { get: { parameters: [GRAPH, LIMIT] } },
    '/api/consumers/{name}/ack': { post: { parameters: query(), requestBody: body('cursor') } },
    '/api/consumers/{name}/seek': { post: { parameters: query(), requestBody: body('to') } },
    '/api/consumers/{name}': { delete: { parameters: query() } },
    '/ws/status': { get: {} },
    '/ws/events': { get: { parameters: SUBSCRIPTION } },
    '/sse/events': { get: { parameters: SUBSCRIPTION } },
  },
};

import { createHash } from 'node:crypto';
import type { Response } from 'express';
import manifest from '../../package.json' with { type: 'json' };

/**
 * Sets an answer's ETag: a hash of what the answer depends on, this version of Graphtail included. Returns true if the client has that
 * answer already: then a 304 was sent, and nothing is left to do.
 * The tags are weak: two answers with the same tag mean the same, but may differ in their encoding and in figures about the work.
 */
export function isKnownAnswer(response: Response, ...parts: readonly string[]): boolean {
  const hash = createHash('sha256')
    .update([manifest.version, ...parts].join('\n'))
    .digest('base64url')
    .slice(0, 22);
  const tag = `W/"${hash}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', 'no-cache');
  response.vary('Accept');
  if (!names(response.req.get('if-none-match'), tag)) return false;
  response.status(304).end();
  return true;
}

/**
 * Whether `If-None-Match` names the tag. Express's `request.fresh` is false if the request has `Cache-Control: no-cache`, which every
 * `fetch` with `If-None-Match` sends. But that header is for caches on the way: only the origin knows whether the answer is the same.
 */
function names(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch?.split(',').some((each) => each.trim() === tag) === true;
}

/** Answers with JSON. Its ETag is a hash of its content. */
export function sendJson(response: Response, body: object): void {
  sendJsonText(response, JSON.stringify(body));
}

export function sendJsonText(response: Response, text: string): void {
  if (response.req.method === 'GET' || response.req.method === 'HEAD') {
    if (isKnownAnswer(response, text)) return;
  }
  response.type('json').send(text);
}

import { createHash } from 'node:crypto';
import type { Response } from 'express';
import manifest from '../../package.json' with { type: 'json' };

/**
 * Gives an answer its ETag: a hash of what it depends on, this version of Graphtail among it. True if the client has that answer; then it was told so (304) and nothing is left to do.
 * The tags are weak: two answers of one tag mean the same, and may differ in their encoding and in what they tell of the work.
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
 * Express's `request.fresh` says no if the request has `Cache-Control: no-cache`, as that of every `fetch` with `If-None-Match` has.
 * But that is said to caches on the way: whether the answer is the same is for the origin to say.
 */
function names(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch?.split(',').some((each) => each.trim() === tag) === true;
}

/** Answers with JSON whose ETag is that of its content. */
export function sendJson(response: Response, body: object): void {
  sendJsonText(response, JSON.stringify(body));
}

export function sendJsonText(response: Response, text: string): void {
  if (response.req.method === 'GET' || response.req.method === 'HEAD') {
    if (isKnownAnswer(response, text)) return;
  }
  response.type('json').send(text);
}

import compression from 'compression';
import type { RequestHandler } from 'express';

/** Below this many bytes, compressing costs more than it saves. */
const THRESHOLD = 1024;

/** Compresses large answers (br or gzip). Event streams are left alone, since each event goes out at once; so is what a service behind a proxy has compressed. */
export function compressAnswers(): RequestHandler {
  return compression({
    threshold: THRESHOLD,
    filter: (request, response) =>
      !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response),
  });
}

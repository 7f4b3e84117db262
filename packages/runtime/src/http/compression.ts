import compression from 'compression';
import type { RequestHandler } from 'express';

/** Below this many bytes, compression costs more than it saves. */
const THRESHOLD = 1024;

/**
 * Compresses large answers (br or gzip). It does not compress event streams, because each event is sent at once. Nor does it compress
 * what a service behind a proxy has already compressed.
 */
export function compressAnswers(): RequestHandler {
  return compression({
    threshold: THRESHOLD,
    filter: (request, response) =>
      !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response),
  });
}

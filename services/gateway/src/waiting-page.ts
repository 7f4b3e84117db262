import { html } from './docs/html.ts';
import { STYLE } from './docs/style.ts';

/** How long a browser waits before it looks again, s. */
export const LOOKS_AGAIN_AFTER_SECONDS = 2;

/** The page while there is no dashboard yet. It loads itself again without a script: the Content-Security-Policy allows none. */
export const WAITING_PAGE = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>Graphtail: building the dashboard</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta http-equiv="refresh" content="${LOOKS_AGAIN_AFTER_SECONDS}" />
      <link rel="icon" href="data:," />
      <style>
        ${STYLE} main {
          max-width: 560px;
          margin: 20vh auto 0;
          padding: 0 24px;
        }
      </style>
    </head>
    <body>
      <main>
        <h1>The dashboard is being built</h1>
        <p role="status">
          This takes some seconds after its sources have changed. The page then appears here by itself. If it does not, the terminal in
          which Graphtail runs says why.
        </p>
        <p class="soft">Everything else runs: <a href="/api/docs">the API</a>, <a href="/health">the services' health</a>.</p>
      </main>
    </body>
  </html>`.text;

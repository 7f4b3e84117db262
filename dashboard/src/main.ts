import { provideBrowserGlobalErrorListeners } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter } from '@angular/router';
import { config } from 'zod';
import { Shell } from './app/shell/shell.ts';
import { routes } from './routes.ts';

// zod compiles schemas with `new Function` where it may; a content security policy without unsafe-eval forbids that, and reports each try.
config({ jitless: true });

bootstrapApplication(Shell, { providers: [provideBrowserGlobalErrorListeners(), provideRouter(routes)] }).catch((error: unknown) => {
  console.error(error);
});

import { provideBrowserGlobalErrorListeners } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, type Routes } from '@angular/router';
import { config } from 'zod';
import { Overview } from './app/overview/overview.ts';
import { Shell } from './app/shell/shell.ts';

// zod compiles schemas with `new Function` where it may; a content security policy without unsafe-eval forbids that, and reports each try.
config({ jitless: true });

const routes: Routes = [
  { path: '', component: Overview },
  { path: '**', redirectTo: '' },
];

bootstrapApplication(Shell, { providers: [provideBrowserGlobalErrorListeners(), provideRouter(routes)] }).catch((error: unknown) => {
  console.error(error);
});

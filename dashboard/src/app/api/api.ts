import { InjectionToken } from '@angular/core';
import { ApiError, createApi, type Api } from '@graphtail/client';

/** The origin's HTTP interface. */
export const API = new InjectionToken<Api>('API', { factory: () => createApi(location.origin) });

/** What went wrong, for a person; what is not the origin's answer is said as `otherwise`. */
export function reasonOf(error: unknown, otherwise: string): string {
  return error instanceof ApiError ? error.message : otherwise;
}

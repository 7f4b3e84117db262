import { InjectionToken, inject, untracked } from '@angular/core';
import { ApiError, createApi, type Api } from '@graphtail/client';
import { Session } from '../access/session.ts';

/** The server's HTTP interface, with the token of this page. */
export const API = new InjectionToken<Api>('API', {
  factory: () => {
    const session = inject(Session);
    return createApi(location.origin, () => untracked(session.token));
  },
});

/** Whether the server asks for a token, or for another one. */
export function asksForToken(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 401;
}

/** The reason of an error, as text for people; `otherwise` if the error is not an answer of the server. */
export function reasonOf(error: unknown, otherwise: string): string {
  return error instanceof ApiError ? error.message : otherwise;
}

import { InjectionToken } from '@angular/core';
import { connect } from '@graphtail/client';

/** How the page subscribes; specs provide another implementation. */
export const CONNECT = new InjectionToken<typeof connect>('connect', { factory: () => connect });

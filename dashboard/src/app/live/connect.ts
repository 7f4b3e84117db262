import { InjectionToken } from '@angular/core';
import { connect } from '@graphtail/client';

/** How the page subscribes; specs give a peer of their own. */
export const CONNECT = new InjectionToken<typeof connect>('connect', { factory: () => connect });

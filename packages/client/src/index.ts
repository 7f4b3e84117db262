export { createApi, type Api } from './api.ts';
export type * from './api-types.ts';
export { ApiError, type Cursors } from './api-error.ts';
export { connect } from './connect.ts';
export type { ClientEvent, FactsEvent, SubscriptionState } from './events.ts';
export type { ConnectOptions, Filter, From, TransportName, WebSocketConstructor, WebSocketLike } from './options.ts';
export type { Receipt } from './running-receipt.ts';
export { Subscription, SubscriptionRefused, type ReceiptVerdict } from './subscription.ts';

export { createApi, type Api } from './api.ts';
export type * from './api-types.ts';
export { ApiError, type Cursors } from './api-error.ts';
export { connect } from './connect.ts';
export type { ClientEvent, FactsEvent, SubscriptionState } from './events.ts';
export type { ConnectOptions, Filter, From, TransportName, WebSocketConstructor, WebSocketLike } from './options.ts';
export { RunningReceipt, type Receipt, type ReceiptVerdict } from './running-receipt.ts';
export { expiryOf, type TokenSource } from './token.ts';
export { Subscription, SubscriptionRefused } from './subscription.ts';

export { Refused, askAt, type Ask } from './ask.ts';
export { TOOLS, graphtailServer } from './server.ts';
export type { Changed, Watch } from './subscriptions.ts';

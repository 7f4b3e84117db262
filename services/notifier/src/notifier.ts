import { FitnessWatch, GraphRegistry, connect } from '@graphtail/log';
import {
  addRoutes,
  closeServer,
  createApp,
  finishApp,
  Guard,
  listen,
  noSocketHere,
  openAudit,
  portOf,
  Quota,
  refuseUpgrade,
  targetOf,
  Troubles,
  unfitness,
  type RunningService,
  type ServiceContext,
} from '@graphtail/runtime';
import { systemClock, type Clock } from './subscription/clock.ts';
import type { NotifierConfig } from './config.ts';
import { Delivery } from './delivery/delivery.ts';
import { DurableCursors } from './consumers/durable-cursors.ts';
import { Feeds } from './feed/feeds.ts';
import { consumerRoutes } from './http/consumer-routes.ts';
import { logRoutes, translate } from './http/log-routes.ts';
import { sessionRoutes } from './http/session-routes.ts';
import { DeliveryMetrics } from './metrics.ts';
import { observeRedis } from './redis-metrics.ts';
import { Openings } from './delivery/opening.ts';
import { SOCKET_IO_PATH, SocketIoTransport } from './transports/socketio.ts';
import { WEBSOCKET_PATHS, WebSocketTransport } from './transports/websocket.ts';

/** Starts a notifier; resolves once it listens, whether Redis answers or not. */
export async function startNotifier(
  { config, logger, registry }: Omit<ServiceContext<NotifierConfig>, 'onParentMessage'>,
  clock: Clock = systemClock,
): Promise<RunningService & { port: number }> {
  let redisState: 'connecting' | 'up' | 'down' = 'connecting';
  const redis = connect(config.redisUrl, {
    name: 'graphtail-notifier',
    onState(state, error) {
      if (state !== redisState) logger[state === 'up' ? 'info' : 'warn']({ err: error }, `redis is ${state}`);
      redisState = state;
      if (state === 'up') feeds.reconnected();
    },
  });
  const fitness = new FitnessWatch(redis, logger);
  const guard = new Guard(config);
  const { audit, complaints: auditComplaints, close: closeAudit } = openAudit({ redis, logger, registry });
  const metrics: DeliveryMetrics = new DeliveryMetrics(registry, () => delivery.sessions);
  observeRedis(registry, redis);
  const onBug = (error: unknown): void => logger.error({ err: error }, 'a subscription failed');
  const feeds: Feeds = new Feeds({
    redis,
    registry: new GraphRegistry(redis),
    connectBlocking: (graph) => connect(config.redisUrl, { name: `graphtail-notifier-tail-${graph}`, blocking: true }),
    onState: (graph, state, error) => logger[state === 'up' ? 'info' : 'warn']({ graph, err: error }, `the tail is ${state}`),
    onOpened: (graph) => metrics.known(graph),
    onEnded: (graph) => metrics.forgotten(graph),
    onTruncated(graph, { refusal }) {
      metrics.truncations.inc({ graph });
      logger.warn({ graph, code: refusal.code, diverged_at: refusal.divergedAt }, 'the log does not hold what was read of it');
    },
  });
  const openings = new Openings(redis, (graph, asOf, reason) => logger.warn({ graph, as_of: asOf, reason }, 'a snapshot is not usable'));
  const durable: DurableCursors = new DurableCursors(redis, () => delivery.sessions, onBug);
  const subscriptions = new Quota(config.limitSubscriptions, 'subscriptions');
  const delivery: Delivery = new Delivery({ feeds, openings, durable, metrics, guard, audit, subscriptions, clock, onBug });

  const troubles = new Troubles(logger, registry);
  troubles.watch(() => [
    ...(redisState === 'up' ? [] : [{ code: 'redis_away' as const, message: 'Redis does not answer: nothing is delivered' }]),
    ...unfitness(fitness.reasons),
    ...feeds.complaints,
    ...auditComplaints(),
  ]);

  const ready = (): boolean | string => (redisState === 'up' ? feeds.isReady : 'redis does not answer');
  const app = createApp({
    name: 'notifier',
    logger,
    registry,
    guard,
    audit,
    ready,
    health: async () => troubles.health({ service: 'notifier', redis: redisState, subscribers: delivery.sessions.size }),
  });
  const socketIo = new SocketIoTransport(delivery, guard);
  app.use(SOCKET_IO_PATH, socketIo.polls);
  addRoutes(
    app,
    [...logRoutes(feeds, config), ...consumerRoutes(delivery, feeds, durable), ...sessionRoutes(delivery, feeds)],
    async (graph, seq, access) => (await feeds.resolve(graph, access)).log.offsetOf(seq),
  );
  finishApp(app, translate);

  const webSockets = new WebSocketTransport(delivery, guard);
  const upgrade = guard.upgrades((request, socket, head) => {
    const { path } = targetOf(request.url);
    if (WEBSOCKET_PATHS.includes(path)) webSockets.upgrade(request, socket, head);
    else if (path === SOCKET_IO_PATH) socketIo.upgrade(request, socket, head);
    else refuseUpgrade(socket, noSocketHere());
  });
  const server = await listen(app, config, { upgrade, registry, logger });

  return {
    ready,
    port: portOf(server),
    async close() {
      troubles.close();
      delivery.close();
      webSockets.close();
      socketIo.close();
      await closeServer(server);
      await closeAudit();
      const closing = feeds.close();
      redis.disconnect(); // or close() would wait for the tails if Redis does not answer
      await closing;
    },
  };
}

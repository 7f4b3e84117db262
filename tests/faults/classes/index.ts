import { appends } from './appends.ts';
import { betweenSteps } from './between-steps.ts';
import { durability } from './durability.ts';
import { failover } from './failover.ts';
import { clocks } from './clocks.ts';
import type { FaultClass } from './fault.ts';
import { fullRedis } from './full-redis.ts';
import { lostData } from './lost-data.ts';
import { lostFolders } from './lost-folders.ts';
import { clientNetwork, forgottenConnections, redisNetwork } from './network.ts';
import { oddFacts } from './odd-facts.ts';
import { damagedLog, otherRedis } from './other-redis.ts';
import { redisRestarts } from './redis-restarts.ts';
import { retention } from './retention.ts';
import { frozenServices, serviceKills } from './service-kills.ts';
import { slowPeers } from './slow-peers.ts';
import { subscribers } from './subscribers.ts';
import { twoOfOne } from './two-of-one.ts';
import { unfitRedis } from './unfit-redis.ts';

export const FAULT_CLASSES: readonly FaultClass[] = [
  serviceKills,
  frozenServices,
  betweenSteps,
  redisRestarts,
  lostData,
  fullRedis,
  unfitRedis,
  lostFolders,
  failover,
  durability,
  redisNetwork,
  forgottenConnections,
  clientNetwork,
  appends,
  oddFacts,
  clocks,
  retention,
  subscribers,
  slowPeers,
  twoOfOne,
  otherRedis,
  damagedLog,
];

export { type RedisAlertsProps, type RedisThresholds, redisAlerts } from './alerts.ts';
export { maxMemory, REDIS_PORT, type RedisEviction, type RedisFlavour } from './config.ts';
export { REDIS_METRICS_PORT, RedisStore, type RedisStoreProps } from './redis-store.ts';
export { keyPatternProblem, type RedisUser, userNameProblem } from './users.ts';

/** What may connect to one database at once. */
export interface ConnectionDemand {
  /** Who connects, for sentences. */
  readonly consumer: string;
  /** Most connections that all its pods may hold at once. */
  readonly connections: number;
}

/** What a user wrote of a server and its pooler; what is left out follows from the demands. */
export interface ConnectionLimits {
  /** Primary and replicas. */
  readonly instances: number;
  /** Settings of postgresql.conf. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly pooler?:
    | {
        readonly instances: number;
        readonly mode: 'session' | 'transaction';
        readonly poolSize?: number | undefined;
        readonly maxClientConnections?: number | undefined;
      }
    | undefined;
}

/** Limits that let everybody in. */
export interface ConnectionPlan {
  readonly maxConnections: number;
  readonly pooler: { readonly poolSize: number; readonly maxClientConnections: number };
}

/** Default of `max_connections`, unless the demands need more. A change restarts the instances, so few should make one. */
const MAX_CONNECTIONS = 200;
/** Default of PgBouncer's `max_client_conn` here, unless the demands need more. */
const MAX_CLIENT_CONNECTIONS = 1000;
/** Default of PgBouncer's `default_pool_size`: in transaction mode clients take turns. */
const TRANSACTION_POOL = 20;
/** Connections of a PgBouncer pod that look up passwords. It opens them one after another, and a look-up takes a moment. */
const LOOKUPS = 2;

/**
 * Connections that CloudNativePG itself has to the primary: the instance manager and its metrics up to 3 each, a base
 * backup one, and each replica up to 3 that follow the primary's state. Replication does not count, it has slots of its
 * own. Source: CloudNativePG 1.30, pkg/management/postgres/pool and instance.go; PostgreSQL docs, `max_wal_senders`.
 */
const operatorConnections = (instances: number): number => 3 + 3 + 1 + 3 * (instances - 1);

/** Limits for these demands: as they were written, and where nothing was, large enough. */
export function planConnections(limits: ConnectionLimits, demands: readonly ConnectionDemand[]): ConnectionPlan {
  const { parameters, pooler } = limits;
  const left = remaining(pooler?.instances ?? 1);
  const poolSize =
    pooler?.poolSize ??
    (pooler?.mode === 'session' ? Math.max(TRANSACTION_POOL, Math.ceil(largest(demands) / left)) : TRANSACTION_POOL);
  const clients = Math.ceil(totalConnections(demands) / left);
  return {
    maxConnections:
      number(parameters.max_connections) ??
      Math.max(MAX_CONNECTIONS, hundreds(opened(limits, poolSize, demands) + reserved(limits))),
    pooler: {
      poolSize,
      maxClientConnections: pooler?.maxClientConnections ?? Math.max(MAX_CLIENT_CONNECTIONS, hundreds(clients)),
    },
  };
}

/** Why these demands do not fit into what was written, as a sentence for the user; undefined when they do. */
export function connectionProblem(limits: ConnectionLimits, demands: readonly ConnectionDemand[]): string | undefined {
  const { pooler, parameters, instances } = limits;
  const { maxConnections, pooler: planned } = planConnections(limits, demands);
  if (pooler) {
    const left = remaining(pooler.instances);
    const without = pooler.instances > 1 ? 'without one of its pods, ' : '';
    const big = demands.find(({ connections }) => connections > left * planned.poolSize);
    if (pooler.mode === 'session' && big) {
      return `${big.consumer} may open ${big.connections} connections, and ${without}PgBouncer has ${left * planned.poolSize} for a database (pooler.poolSize: ${planned.poolSize}) and makes the others wait until a client leaves; set it to ${Math.ceil(big.connections / left)} or more, leave it out, or let ${big.consumer} open fewer`;
    }
    if (totalConnections(demands) > left * planned.maxClientConnections) {
      return `${openedTogether(demands)}, and ${without}PgBouncer takes ${left * planned.maxClientConnections} (pooler.maxClientConnections: ${planned.maxClientConnections}); set it to ${hundreds(totalConnections(demands) / left)} or leave it out`;
    }
  }
  const needed = opened(limits, planned.poolSize, demands);
  const available = maxConnections - reserved(limits);
  if (needed <= available) return undefined;
  const operator = operatorConnections(instances);
  const kept = `${reserved(limits) - operator} are kept for superusers, ${operator} for CloudNativePG itself`;
  const who = pooler
    ? `PgBouncer may open ${needed} connections (${pooler.instances} pods and one more while they are replaced, each with a pool of ${planned.poolSize} for each database and ${LOOKUPS} to look up passwords)`
    : openedTogether(demands);
  const mend = pooler ? 'lower pooler.poolSize' : 'put a pooler in transaction mode before it where clients allow that';
  return `${who}, and the server leaves them ${Math.max(0, available)} of its ${maxConnections} (parameters.max_connections: ${parameters.max_connections}; ${kept}); set it to ${hundreds(needed + reserved(limits))}, leave it out to have it follow from those who ask, or ${mend}`;
}

/** What those who ask may open together, in words: `mlflow may open 70 connections and feast 20, 90 together`. */
export function openedTogether(demands: readonly ConnectionDemand[]): string {
  const [first, ...more] = demands.map(({ consumer, connections }) => ({ consumer, connections }));
  if (!first) return 'nobody connects';
  const rest = more.map(({ consumer, connections }) => `${consumer} ${connections}`);
  const last = rest.pop();
  const begin = [`${first.consumer} may open ${first.connections} connections`, ...rest].join(', ');
  return last === undefined ? begin : `${begin} and ${last}, ${totalConnections(demands)} together`;
}

/** Connections to the server at the worst moment: while pods of the pooler are replaced, there is one more. */
function opened({ pooler }: ConnectionLimits, poolSize: number, demands: readonly ConnectionDemand[]): number {
  if (!pooler) return totalConnections(demands);
  const pools = demands.reduce((sum, { connections }) => sum + Math.min(poolSize, connections), 0);
  return (pooler.instances + 1) * (pools + LOOKUPS);
}

/** What clients cannot have. Source: PostgreSQL docs, `superuser_reserved_connections`, `reserved_connections`. */
const reserved = ({ instances, parameters }: ConnectionLimits): number =>
  (number(parameters.superuser_reserved_connections) ?? 3) +
  (number(parameters.reserved_connections) ?? 0) +
  operatorConnections(instances);

/** Pods that have to do while one is away. */
const remaining = (pods: number): number => Math.max(1, pods - 1);

export const totalConnections = (demands: readonly ConnectionDemand[]): number =>
  demands.reduce((sum, { connections }) => sum + connections, 0);
const largest = (demands: readonly ConnectionDemand[]): number =>
  demands.reduce((most, { connections }) => Math.max(most, connections), 0);
const hundreds = (count: number): number => Math.ceil(count / 100) * 100;
const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

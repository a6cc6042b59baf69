import type { Alert } from '../../graph/alert.ts';
import type { RedisFlavour } from './config.ts';
import { REDIS_METRICS_PORT } from './redis-store.ts';

/**
 * Alerts on what redis_exporter shows of Valkey; `metrics-observed.json` holds the names and labels that real ones were
 * seen with, and the tests hold the expressions against it. Durations are written as Prometheus writes them: `5m`.
 */
export interface RedisThresholds {
  /** How long the store may be gone. Default 2m. */
  readonly down?: string;
  /** Percent of its memory that a durable store may use, before somebody is told. Default 80. */
  readonly memory?: number;
}

export const REDIS_THRESHOLDS = { down: '2m', memory: 80 } as const satisfies Required<RedisThresholds>;

export interface RedisAlertsProps {
  /** `app.kubernetes.io/name` of the pods; the label `job`. */
  readonly job: string;
  readonly namespace: string;
  readonly flavour: RedisFlavour;
  readonly thresholds?: RedisThresholds;
}

export function redisAlerts({ job, namespace, flavour, thresholds }: RedisAlertsProps): readonly Alert[] {
  const limits = { ...REDIS_THRESHOLDS, ...thresholds };
  const store = `${namespace}/${job}`;
  const metric = (name: string, more = '') =>
    `${name}{namespace="${namespace}",job="${job}",endpoint="${REDIS_METRICS_PORT.name}"${more}}`;
  const percent = `100 * ${metric('redis_memory_used_bytes')} / ${metric('redis_memory_max_bytes')}`;
  const refused = (errors: string, window: string) =>
    `sum by (err) (increase(${metric('redis_errors_total', `,err=~"${errors}"`)}[${window}])) > 0`;
  return [
    {
      name: 'RedisDown',
      // Also when there is nothing to scrape: a pod that is gone has no series at all.
      expr: `absent(${metric('redis_up')} == 1)`,
      for: limits.down,
      severity: 'critical',
      summary: `The store ${store} does not answer.`,
      description:
        flavour === 'durable'
          ? 'Whoever keeps state there stands still: heads of Ray clusters restart until it is back. Look at the pod: out of memory, node lost, a volume that does not attach, a log that is read for minutes.'
          : 'What is cached there is asked of its source again. Look at the pod: out of memory, node lost.',
    },
    {
      name: 'RedisConnectionsRejected',
      expr: `increase(${metric('redis_rejected_connections_total')}[10m]) > 0`,
      for: '1m',
      severity: 'warning',
      summary: `The store ${store} has turned {{ $value | printf "%.0f" }} connections away.`,
      description:
        'As many clients as it takes at once are connected. Look with CLIENT LIST for one that opens connections and keeps them.',
    },
    {
      name: 'RedisAccessDenied',
      // Longer than it takes to make the users of a store that has just started.
      expr: refused('NOAUTH|WRONGPASS|NOPERM', '5m'),
      for: '10m',
      severity: 'warning',
      summary: `Clients of the store ${store} are refused: {{ $labels.err }}.`,
      description:
        'WRONGPASS: a client has an old password, and wants a restart, or its user is not made; look at the pod that makes users. NOPERM: a client uses keys or commands that are not its own; ACL LOG says which. NOAUTH: a client does not log in.',
    },
    ...(flavour === 'durable'
      ? ([
          {
            name: 'RedisMemoryNearlyFull',
            expr: `${percent} > ${limits.memory}`,
            for: '10m',
            severity: 'warning',
            summary: `The store ${store} uses {{ $value | printf "%.0f" }} % of its memory.`,
            description:
              'When it is full, writes are refused: nothing is evicted. Give it more memory, or let keys expire: online features by key_ttl_seconds.',
          },
          {
            name: 'RedisWritesRefused',
            // OOM: memory is full. MISCONF: the log cannot be written.
            expr: refused('OOM|MISCONF', '10m'),
            for: '1m',
            severity: 'critical',
            summary: `The store ${store} refuses writes: {{ $labels.err }}.`,
            description:
              'OOM: its memory is full; give it more. MISCONF: its log cannot be written; look at its volume.',
          },
          {
            name: 'RedisLogFailing',
            expr: `${metric('redis_aof_last_write_status')} == 0 or ${metric('redis_aof_last_bgrewrite_status')} == 0`,
            for: '5m',
            severity: 'critical',
            summary: `The store ${store} cannot write its log.`,
            description:
              'What is written now is lost with the next restart. Look at the volume, which may be full, and at the log of the container for why a rewrite failed.',
          },
        ] as const)
      : []),
  ];
}

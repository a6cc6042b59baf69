import type { Alert } from '../../graph/alert.ts';
import { DEX_TELEMETRY_PORT } from './ports.ts';

/**
 * Alerts on what Dex 2.45 exports; `metrics-observed.json` holds the names and labels that a real one was seen with, and
 * the tests hold the expressions against it.
 */
export interface DexAlertsProps {
  /** `app.kubernetes.io/name` of the pods; the label `job`. */
  readonly job: string;
  readonly namespace: string;
  readonly replicas: number;
}

export function dexAlerts({ job, namespace, replicas }: DexAlertsProps): readonly Alert[] {
  const of = `namespace="${namespace}",job="${job}",endpoint="${DEX_TELEMETRY_PORT.name}"`;
  const answering = `(count(up{${of}} == 1) or vector(0))`;
  const requests = (more: string, range: string) => `increase(http_requests_total{${of}${more}}[${range}])`;
  return [
    {
      name: 'DexDown',
      // Counted, because a pod that is gone has no series left that could be 0.
      expr: `${answering} == 0`,
      for: '5m',
      severity: 'critical',
      summary: 'Nobody can sign in: Dex does not answer.',
      description: `No replica of ${namespace}/${job} answers scrapes. Who is signed in stays so until the session of the program ends. Look at the pods: a database that cannot be reached, or a connector that is the only one and does not answer, keeps Dex from starting.`,
    },
    ...(replicas > 1
      ? ([
          {
            name: 'DexReplicaMissing',
            expr: `${answering} < ${replicas}`,
            for: '15m',
            severity: 'warning',
            summary: `Dex has {{ $value }} of ${replicas} replicas.`,
            description: `Sign-in goes on, but not through the loss of another node. Look at the pods of ${namespace}/${job}.`,
          },
        ] as const)
      : []),
    {
      name: 'DexSignInErrors',
      // By number and not by share: few people sign in at night, and one who fails would be half of them.
      expr: `sum by (handler) (${requests(',code=~"5.."', '15m')}) > 5`,
      for: '5m',
      severity: 'warning',
      summary: 'Dex failed {{ $value | printf "%.0f" }} times in 15 minutes at {{ $labels.handler }}.',
      description:
        'At /callback and /auth/{connector}/login the provider behind a connector refused or did not answer (its secret, its certificate, the way to it); elsewhere it is mostly the database. The log of Dex says which.',
    },
    {
      name: 'DexPasswordsRefused',
      expr: `sum by (handler) (${requests(',code="401",handler="/auth/{connector}/login"', '15m')}) > 50`,
      for: '5m',
      severity: 'warning',
      summary: 'Dex refused {{ $value | printf "%.0f" }} passwords in 15 minutes.',
      description:
        'More than people mistype: somebody tries passwords, or the directory refuses right ones. The log of Dex names the accounts. Other providers than a directory or static users count their own.',
    },
  ];
}

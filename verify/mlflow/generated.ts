import { randomInt } from 'node:crypto';
import type { ConfigMap, CronJob, Deployment, Job } from '../../imports/k8s.ts';
import type { AnyComponent } from '../../lib/components/component.ts';
import { mlflowKind } from '../../lib/components/mlflow.ts';
import { experimentTracking } from '../../lib/contracts/experiment-tracking.ts';
import { objectStore } from '../../lib/contracts/object-store.ts';
import { postgres } from '../../lib/contracts/postgres.ts';
import { optionalNeed } from '../../lib/graph/contract.ts';
import { type CredentialSpec, declaredSecret, SecretRef } from '../../lib/graph/credential.ts';
import { node } from '../../lib/graph/testing.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';
import { bound, objectsOf, testContext, testGateway } from '../../lib/platform/testing.ts';

/** Everything an address, a shell, an ini file and a log could trip over. */
export const DATABASE_PASSWORD = `p@ss:w/rd?#%41&'"=\\ $(HOME) {x} é`;
export const DATABASE_HOST = 'postgres.example.internal';
export const STORE_HOST = 's3.example.internal';
export const USER = 'mlflow';
export const BUCKET = 'mlflow';
export const KEYS = { accessKey: 'mlflow', secretKey: 'a/secret+key=' } as const;
export const CONSUMER = 'team-vision';
export const PUBLIC_HOST = 'mlflow.ml.example.com';

export interface Generated {
  readonly deployment: Deployment;
  readonly job: Job;
  readonly gc: CronJob;
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The component's objects, wired as in an environment with a gateway, a managed Postgres and an S3 of somebody else. */
export function generate(settings: Readonly<Record<string, unknown>>, database: string, storePort: number): Generated {
  const origin = { file: 'verify', path: [] };
  const [component] = mlflowKind.components(mlflowKind.settings.parse(settings), testContext(), origin);
  if (!component) throw new Error('no component');
  const login = declaredSecret('mlflow-database', ['password'], 'verification');
  const keys = declaredSecret('mlflow-artifacts', ['accessKey', 'secretKey'], 'verification');
  const consumer: AnyComponent = {
    ...node(CONSUMER, { namespace: CONSUMER, needs: { tracking: optionalNeed(experimentTracking, {}, 'runs') } }),
    build: () => undefined,
  };
  const manifests = objectsOf(
    component,
    [testGateway, consumer],
    [
      bound(postgres, {
        endpoint: { host: DATABASE_HOST, port: 5432 },
        database,
        user: USER,
        password: SecretRef.to(login, 'password'),
        sslMode: 'require',
      }),
      bound(objectStore, {
        protocol: 's3',
        bucket: BUCKET,
        region: 'us-east-1',
        endpoint: `http://${STORE_HOST}:${storePort}`,
        auth: {
          kind: 'keys',
          accessKeyId: SecretRef.to(keys, 'accessKey'),
          secretAccessKey: SecretRef.to(keys, 'secretKey'),
        },
      }),
    ],
  );
  const account = component.offers.tracking.credential?.({}, { name: CONSUMER, namespace: CONSUMER });
  return {
    deployment: only(manifests, 'Deployment'),
    job: only(manifests, 'Job'),
    gc: only(manifests, 'CronJob'),
    configMaps: Object.fromEntries(
      manifests
        .filter(({ kind }) => kind === 'ConfigMap')
        .map((map) => [map.metadata.name, (map as ConfigMap).data ?? {}]),
    ),
    secrets: {
      'mlflow-database': { password: DATABASE_PASSWORD },
      'mlflow-artifacts': { ...KEYS },
      ...Object.fromEntries(
        Object.entries<CredentialSpec>(component.credentials).map(([key, spec]) => [`mlflow-${key}`, valuesOf(spec)]),
      ),
      ...(account && { [`${CONSUMER}-tracking`]: valuesOf(account) }),
    },
  };
}

/** Values as a source of secrets would make them. */
const valuesOf = ({ keys }: CredentialSpec): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).map(([key, made]) => [
      key,
      made.kind === 'public' ? made.value : letters(made.kind === 'generated' ? made.length : 32),
    ]),
  );

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const letters = (length: number): string => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');

function only<T extends { readonly kind: string }>(manifests: readonly Manifest[], kind: T['kind']): T {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0] as unknown as T;
}

import { App, Chart } from 'cdk8s';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import { declaredSecret } from '../../graph/credential.ts';
import { PostgresCluster, type PostgresClusterProps } from './postgres-cluster.ts';

const bucket: ObjectStoreHandle = {
  protocol: 's3',
  bucket: 'postgres-backups',
  region: 'eu-central-1',
  auth: {
    kind: 'workload-identity',
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/backups' },
    podLabels: {},
  },
};
export const backups = { store: bucket, schedule: '30 2 * * *', retentionDays: 14 };
export const pooler = {
  image: 'registry.example.com/pgbouncer:1.25.2',
  instances: 2,
  mode: 'session',
  resources: { cpu: '100m', memory: '128Mi' },
} as const;
export const database = (name: string) => ({
  name,
  credential: declaredSecret(`${name}-database`, ['username', 'password'], 'test'),
});

/** A cluster with these props, and what it is made of. */
export function made(props: Partial<PostgresClusterProps> = {}) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  const construct = new PostgresCluster(chart, 'pg', {
    name: 'postgres',
    image: 'registry.example.com/postgresql:18.6-standard',
    instances: 3,
    storage: { size: '20Gi', storageClass: 'fast' },
    resources: { cpu: '1', memory: '2Gi' },
    ...props,
  });
  const objects = chart.toJson();
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  return { construct, kinds: objects.map(({ kind }) => kind).sort(), of, cluster: of('Cluster')[0] };
}

import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { FeastOperatorStore, type FeastOperatorStoreProps } from './operator-store.ts';

const stores = declaredSecret('stores', ['sql', 'redis', 'postgres'], 'test');
const least: FeastOperatorStoreProps = {
  name: 'vision',
  project: 'vision',
  image: 'registry.example.com/feature-server:1',
  stores: { registry: SecretRef.to(stores, 'sql'), online: SecretRef.to(stores, 'redis') },
};
const specOf = (props: Partial<FeastOperatorStoreProps> = {}) => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new FeastOperatorStore(chart, 'store', { ...least, ...props });
  const [resource] = chart.toJson();
  expect(resource).toMatchObject({ apiVersion: 'feast.dev/v1', kind: 'FeatureStore', metadata: { name: 'vision' } });
  return resource.spec;
};

test('stores are named by their Secret, and pods are replaced one by one', () => {
  const { services, replicas, cronJob } = specOf();
  expect(services.onlineStore.persistence).toEqual({
    store: { type: 'redis', secretRef: { name: 'stores' }, secretKeyName: 'redis' },
  });
  expect(services.registry.local.persistence.store.type).toBe('sql');
  expect(services.offlineStore.persistence).toEqual({ file: { type: 'dask' } });
  expect(services.deploymentStrategy.type).toBe('RollingUpdate');
  expect([replicas, cronJob]).toEqual([2, undefined]);
});

test('materializations run, and never twice at a time', () => {
  expect(specOf({ schedule: '5 * * * *' }).cronJob).toMatchObject({ suspend: false, concurrencyPolicy: 'Forbid' });
});

test('who may do what, and what is defined', () => {
  const commit = 'a'.repeat(40);
  const spec = specOf({
    auth: { kind: 'kubernetes', roles: ['reader'] },
    definitions: { url: 'https://git.example.com/a.git', commit, path: 'features' },
    stores: { ...least.stores, offline: SecretRef.to(stores, 'postgres') },
  });
  expect(spec.authz).toEqual({ kubernetes: { roles: ['reader'] } });
  expect(spec.feastProjectDir.git).toEqual({
    url: 'https://git.example.com/a.git',
    ref: commit,
    featureRepoPath: 'features',
  });
  expect(spec.services.offlineStore.persistence.store.type).toBe('postgres');
  expect(() => specOf({ project: 'a b' })).toThrow('project "a b" is no name of Feast');
});

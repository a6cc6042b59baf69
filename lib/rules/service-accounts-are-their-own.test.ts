import { ManifestSet } from '../platform/manifest-set.ts';
import { check } from './check.ts';
import { clusterOf } from './cluster.ts';
import { serviceAccountsAreTheirOwn } from './service-accounts-are-their-own.ts';
import { entryOf, factsOf, manifestsOf, violationsOf } from './testing.ts';

const yaml = (spec: string) => `
{apiVersion: v1, kind: ServiceAccount, metadata: {name: app, namespace: ns}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: ns}, spec: {template: {spec: ${spec}}}}`;

test('a workload names an account of its component', () => {
  expect(violationsOf(serviceAccountsAreTheirOwn, yaml('{serviceAccountName: app}'))).toEqual([]);
});

test.each(['{}', '{serviceAccountName: default}'])('%s uses the default account', (spec) => {
  expect(violationsOf(serviceAccountsAreTheirOwn, yaml(spec))).toEqual([
    'Deployment/x: spec.template.spec.serviceAccountName is the default account of the namespace',
  ]);
});

test('the account of another component is not its own', () => {
  const [account, deployment] = manifestsOf(yaml('{serviceAccountName: app}'));
  if (!account || !deployment) throw new Error('no manifests');
  const written = new ManifestSet([entryOf(account, { component: 'other' }), entryOf(deployment)]);
  const { violations } = check(clusterOf(written, [], factsOf()), [serviceAccountsAreTheirOwn]);
  expect(violations.map(({ message }) => message)).toEqual([
    'spec.template.spec.serviceAccountName names "app", the account of other',
  ]);
});

import { defineOperator } from '../operators/operator.ts';
import { referencesResolve } from './references-resolve.ts';
import { violationsOf } from './testing.ts';

const pod = (spec: string) => `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: ns}, spec: {template: {spec: ${spec}}}}`;
const reads = (name: string, key: string) =>
  pod(`{containers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: ${name}, key: ${key}}}}]}]}`);

const eso = defineOperator({
  name: 'eso',
  namespace: 'eso',
  summary: '',
  chart: 'external-secrets',
  values: () => ({}),
  pods: [],
  kinds: {
    'external-secrets.io/ExternalSecret': {
      produces: ({ metadata }) => [{ apiVersion: 'v1', kind: 'Secret', metadata, data: { password: '' } }],
    },
  },
});
const externalSecret =
  '{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: made, namespace: ns}}';
const operators = [eso];

test('a Secret that a controller makes can be read, by the keys it will have', () => {
  expect(violationsOf(referencesResolve, `${externalSecret}\n---${reads('made', 'password')}`, { operators })).toEqual(
    [],
  );
  expect(violationsOf(referencesResolve, `${externalSecret}\n---${reads('made', 'user')}`, { operators })).toEqual([
    'Deployment/web: spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef reads the key "user" of the Secret "made" in namespace "ns", which has no such key',
  ]);
});

test('what nothing makes cannot be named', () => {
  expect(violationsOf(referencesResolve, reads('made', 'password'))).toEqual([
    'Deployment/web: spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef names the Secret "made" in namespace "ns", which nothing makes',
  ]);
});

test('names are looked up in their namespace', () => {
  const elsewhere = '{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: other}}';
  expect(violationsOf(referencesResolve, `${elsewhere}\n---${pod('{serviceAccountName: sa}')}`)).toHaveLength(1);
  const here = elsewhere.replace('other', 'ns');
  expect(violationsOf(referencesResolve, `${here}\n---${pod('{serviceAccountName: sa}')}`)).toEqual([]);
});

test('what Kubernetes itself lets be missing may be missing', () => {
  expect(violationsOf(referencesResolve, pod('{volumes: [{configMap: {name: c, optional: true}}]}'))).toEqual([]);
});

test('what every cluster and namespace has may be named', () => {
  const yaml = `
{apiVersion: v1, kind: Namespace, metadata: {name: ns}}
---${pod('{serviceAccountName: default, priorityClassName: system-node-critical, volumes: [{configMap: {name: kube-root-ca.crt, items: [{key: ca.crt}]}}]}')}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns}, spec: {storageClassName: standard}}`;
  expect(violationsOf(referencesResolve, yaml)).toEqual([]);
  expect(violationsOf(referencesResolve, yaml, { facts: { storageClasses: ['gp3'] } })).toEqual([
    'PersistentVolumeClaim/c: spec.storageClassName names the StorageClass "standard", which nothing makes',
  ]);
});

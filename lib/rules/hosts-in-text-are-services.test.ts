import { certManager } from '../operators/cert-manager.ts';
import { hostsInTextAreServices } from './hosts-in-text-are-services.ts';
import { violationsOf } from './testing.ts';

const env = (value: string) => `
{apiVersion: v1, kind: Namespace, metadata: {name: data}}
---
{apiVersion: v1, kind: Service, metadata: {name: minio, namespace: data}, spec: {ports: [{port: 9000}]}}
---
{apiVersion: v1, kind: Pod, spec: {containers: [{env: [{name: A, value: "${value}"}]}]}}`;
const operators = [certManager];

test.each([
  'http://minio.data.svc:9000/bucket',
  'minio.data.svc',
  'minio.data.svc.cluster.local:9000',
  'pod-0.minio.data.svc',
  'cert-manager.cert-manager.svc',
  'prometheus.monitoring.svc:9090',
  'https://example.com/data.svg',
])('%s is fine', (value) => expect(violationsOf(hostsInTextAreServices, env(value), { operators })).toEqual([]));

test.each([
  ['http://minoi.data.svc:9000', 'speaks to the Service "minoi" in namespace "data", which nothing makes'],
  ['minio.date.svc', 'speaks to the Service "minio" in namespace "date", which nothing makes'],
  ['a,minio.data.svc:9001', 'speaks to port 9001 of the Service "minio" in namespace "data", which has no such port'],
])('%s is not', (value, says) => {
  expect(violationsOf(hostsInTextAreServices, env(value), { operators })).toEqual([
    `Pod/x: spec.containers[0].env[0].value ${says}`,
  ]);
});

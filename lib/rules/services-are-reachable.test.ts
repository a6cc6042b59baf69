import { servicesAreReachable } from './services-are-reachable.ts';
import { violationsOf } from './testing.ts';

const yaml = (url: string, allowed: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: data}
spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{ports: [{name: sql, containerPort: 5433}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {selector: {app: db}, ports: [{port: 5432, targetPort: sql}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: data}
spec: {podSelector: {}, ingress: [{ports: [{port: ${allowed}}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: gc, namespace: ns}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{env: [{name: URL, value: "${url}"}]}]}}}}}`;

test.each(['pg://db.data.svc:5432/x', 'db.data.svc'])('the policies let a program speak to %s', (url) => {
  expect(violationsOf(servicesAreReachable, yaml(url, 5433))).toEqual([]);
});

test.each([
  ['pg://db.data.svc:5432/x', ' at port 5432'],
  ['db.data.svc', ''],
])('at the port of the pod, not of the Service: %s', (url, port) => {
  expect(violationsOf(servicesAreReachable, yaml(url, 5432))).toEqual([
    `CronJob/gc: spec.jobTemplate.spec.template.spec.containers[0] speaks to the Service data/db${port}, which the policies do not allow`,
  ]);
});

import { containersAreRestricted } from './containers-are-restricted.ts';
import { violationsOf } from './testing.ts';

const yaml = (level: string, context: string) => `
apiVersion: v1
kind: Namespace
metadata: {name: ns, labels: {pod-security.kubernetes.io/enforce: ${level}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {namespace: ns}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers: [{name: c, securityContext: ${context}}]`;
const good = '{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}';
const field = 'spec.jobTemplate.spec.template.spec.containers[0].securityContext';

test('pods meet the level of their namespace', () => {
  expect(violationsOf(containersAreRestricted, yaml('restricted', good))).toEqual([]);
  expect(violationsOf(containersAreRestricted, yaml('baseline', '{}'))).toEqual([]);
  expect(violationsOf(containersAreRestricted, yaml('privileged', '{privileged: true}'))).toEqual([]);
});

test('restricted is what they must meet otherwise', () => {
  const breaches = [
    `CronJob/x: ${field}.allowPrivilegeEscalation is not false`,
    `CronJob/x: ${field}.capabilities.drop keeps capabilities`,
  ];
  expect(violationsOf(containersAreRestricted, yaml('restricted', '{}'))).toEqual(breaches);
  expect(violationsOf(containersAreRestricted, yaml('tight', '{}'))).toEqual(breaches);
});

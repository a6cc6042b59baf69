import { violationsOf } from './testing.ts';
import { variablesInArgumentsExist } from './variables-in-arguments-exist.ts';

const pod = (container: string) => `{apiVersion: v1, kind: Pod, spec: {containers: [{${container}}]}}`;

test.each([
  'env: [{name: USER}, {name: URL, value: "pg://$(USER)@db"}], args: ["--url=$(URL)"]',
  'args: ["echo $$(USER) $(date)"]',
  'envFrom: [{secretRef: {name: s}}], args: ["$(USER)"]',
])('%s is fine', (container) => expect(violationsOf(variablesInArgumentsExist, pod(container))).toEqual([]));

test.each([
  ['args: ["--url=$(URL)"]', 'args[0] uses $(URL), which is not set there'],
  ['command: [sh, -c, "$(URL)"]', 'command[2] uses $(URL), which is not set there'],
  ['env: [{name: URL, value: "pg://$(USER)@db"}, {name: USER}]', 'env[0] uses $(USER), which is not set there'],
])('%s is not', (container, says) => {
  expect(violationsOf(variablesInArgumentsExist, pod(container))).toEqual([`Pod/x: spec.containers[0].${says}`]);
});

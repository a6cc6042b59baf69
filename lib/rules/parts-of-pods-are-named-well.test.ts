import { partsOfPodsAreNamedWell } from './parts-of-pods-are-named-well.ts';
import { violationsOf } from './testing.ts';

const pod = (spec: string) => `{apiVersion: v1, kind: Pod, spec: ${spec}}`;
const container = (spec: string) => pod(`{containers: [{name: c, ${spec}}]}`);

test('names of parts have their form and occur once', () => {
  const good = pod(
    '{volumes: [{name: tmp}], containers: [{name: a, ports: [{name: http, containerPort: 1}], env: [{name: A_B.c-d}]}, {name: b}]}',
  );
  expect(violationsOf(partsOfPodsAreNamedWell, good)).toEqual([]);
});

test.each([
  [pod('{containers: [{name: a}], initContainers: [{name: a}]}'), 'the container "a" occurs twice'],
  [pod('{volumes: [{name: a.b}]}'), 'the volume "a.b" is not made of'],
  [container('ports: [{name: "8080", containerPort: 1}]'), 'the port of container "c" "8080" is not made of'],
  [container('env: [{name: A}, {name: A}]'), 'the variable of container "c" "A" occurs twice'],
  [container('env: [{name: A=B}]'), 'the variable of container "c" "A=B" is not made of'],
  ['{apiVersion: v1, kind: Service, spec: {ports: [{port: 1}, {port: 2, name: b}]}}', 'has ports without a name'],
  ['{apiVersion: v1, kind: ConfigMap, data: {a/b: c}}', 'the key "a/b" is not made of'],
])('%s is not', (yaml, says) => {
  expect(violationsOf(partsOfPodsAreNamedWell, yaml)).toEqual([expect.stringContaining(says)]);
});

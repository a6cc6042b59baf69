import { mountedFilesExist } from './mounted-files-exist.ts';
import { violationsOf } from './testing.ts';

const yaml = (argument: string, volume = 'configMap: {name: c}') => `
{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {app.yaml: "", other.yaml: ""}}
---
apiVersion: v1
kind: Pod
spec: {volumes: [{name: v, ${volume}}], containers: [{args: ["${argument}"], volumeMounts: [{name: v, mountPath: /etc/app}]}]}`;

test.each([
  '--config=/etc/app/app.yaml',
  '/etc/app',
  'cat /etc/app/app.yaml /etc/app/other.yaml',
  '/etc/application/x',
  '/opt/etc/app/x',
])('%s is there, or not in the volume', (argument) => {
  expect(violationsOf(mountedFilesExist, yaml(argument))).toEqual([]);
});

test('a file that the ConfigMap does not have is not there', () => {
  expect(violationsOf(mountedFilesExist, yaml('--config=/etc/app/ap.yaml'))).toEqual([
    'Pod/x: spec.containers[0].args[0] names /etc/app/ap.yaml, and the volume at /etc/app/ has no such file',
  ]);
});

test('files have the paths that the volume gives them', () => {
  const items = 'configMap: {name: c, items: [{key: app.yaml, path: conf/main.yaml}]}';
  expect(violationsOf(mountedFilesExist, yaml('/etc/app/conf/main.yaml', items))).toEqual([]);
  expect(violationsOf(mountedFilesExist, yaml('/etc/app/conf', items))).toEqual([]);
  expect(violationsOf(mountedFilesExist, yaml('/etc/app/app.yaml', items))).toHaveLength(1);
});

test('projected volumes have the files of all their sources', () => {
  const projected = 'projected: {sources: [{configMap: {name: c}}, {serviceAccountToken: {path: token}}]}';
  expect(violationsOf(mountedFilesExist, yaml('/etc/app/token /etc/app/app.yaml', projected))).toEqual([]);
  expect(violationsOf(mountedFilesExist, yaml('/etc/app/x', projected))).toHaveLength(1);
});

test('volumes of other kinds hold anything', () => {
  expect(violationsOf(mountedFilesExist, yaml('/etc/app/x', 'emptyDir: {}'))).toEqual([]);
});

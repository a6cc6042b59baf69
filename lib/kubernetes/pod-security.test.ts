import { parse } from 'yaml';
import { breaches, type Level } from './pod-security.ts';

const fields = (spec: string, level: Level, annotations = {}) =>
  [...breaches(parse(spec), level, annotations)].map(({ field }) => field);

const GOOD = `
securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
initContainers: [{name: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
containers: [{name: c, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]
volumes: [{name: v, emptyDir: {}}]`;

test('a pod may meet all levels', () => {
  expect(fields(GOOD, 'restricted')).toEqual([]);
});

test('privileged allows everything', () => {
  expect(fields('{hostNetwork: true, containers: [{securityContext: {privileged: true}}]}', 'privileged')).toEqual([]);
});

test.each([
  ['{hostNetwork: true}', 'hostNetwork'],
  ['{hostPID: true}', 'hostPID'],
  ['{hostIPC: true}', 'hostIPC'],
  ['{volumes: [{hostPath: {path: /}}]}', 'volumes[0]'],
  ['{securityContext: {sysctls: [{name: kernel.msgmax}]}}', 'securityContext.sysctls[0]'],
  ['{securityContext: {seccompProfile: {type: Unconfined}}}', 'securityContext.seccompProfile'],
  ['{securityContext: {appArmorProfile: {type: Unconfined}}}', 'securityContext.appArmorProfile'],
  ['{securityContext: {seLinuxOptions: {type: spc_t}}}', 'securityContext.seLinuxOptions'],
  ['{securityContext: {seLinuxOptions: {role: x}}}', 'securityContext.seLinuxOptions'],
  ['{securityContext: {windowsOptions: {hostProcess: true}}}', 'securityContext'],
  ['{containers: [{securityContext: {privileged: true}}]}', 'containers[0].securityContext.privileged'],
  [
    '{ephemeralContainers: [{securityContext: {privileged: true}}]}',
    'ephemeralContainers[0].securityContext.privileged',
  ],
  [
    '{containers: [{securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}',
    'containers[0].securityContext.capabilities.add',
  ],
  ['{containers: [{securityContext: {procMount: Unmasked}}]}', 'containers[0].securityContext.procMount'],
  ['{containers: [{ports: [{hostPort: 80}]}]}', 'containers[0].ports[0]'],
])('baseline forbids %s', (spec, field) => {
  expect(fields(spec, 'baseline')).toEqual([field]);
  expect(fields(spec, 'restricted')).toContain(field);
});

test('baseline forbids turning AppArmor off by annotation', () => {
  const annotation = 'container.apparmor.security.beta.kubernetes.io/c';
  expect(fields('{}', 'baseline', { [annotation]: 'unconfined' })).toHaveLength(1);
  expect(fields('{}', 'baseline', { [annotation]: 'runtime/default' })).toEqual([]);
});

test('baseline allows what restricted does not', () => {
  const spec = '{containers: [{securityContext: {runAsUser: 0, capabilities: {add: [CHOWN]}}}], volumes: [{nfs: {}}]}';
  expect(fields(spec, 'baseline')).toEqual([]);
  expect(fields(spec, 'restricted')).toEqual([
    'volumes[0].nfs',
    'containers[0].securityContext.allowPrivilegeEscalation',
    'containers[0].securityContext.runAsNonRoot',
    'containers[0].securityContext.runAsUser',
    'containers[0].securityContext.seccompProfile',
    'containers[0].securityContext.capabilities.drop',
    'containers[0].securityContext.capabilities.add',
  ]);
});

test.each([
  ['runAsNonRoot: true', 'runAsNonRoot: false', 'securityContext.runAsNonRoot'],
  ['runAsUser: 1000', 'runAsUser: 0', 'securityContext.runAsUser'],
])('a pod may not say less than %s, whatever its containers say', (good, bad, field) => {
  expect(fields(GOOD.replace(good, bad).replaceAll('allowPriv', `${good}, allowPriv`), 'restricted')).toEqual([field]);
});

test.each(['', 'runtime/default', 'localhost/profile'])('AppArmor may be "%s"', (profile) => {
  expect(fields(GOOD, 'restricted', { 'container.apparmor.security.beta.kubernetes.io/c': profile })).toEqual([]);
});

test('a container may not take back what its pod says', () => {
  const spec = GOOD.replace(
    'containers: [{name: c, securityContext: {',
    'containers: [{name: c, securityContext: {runAsNonRoot: false, ',
  );
  expect(fields(spec, 'restricted')).toEqual(['containers[0].securityContext.runAsNonRoot']);
});

test('init containers are held to the same', () => {
  expect(fields(GOOD.replace('{drop: [ALL]}}}]', '{}}}]'), 'restricted')).toEqual([
    'initContainers[0].securityContext.capabilities.drop',
  ]);
});

import type { Container } from './pod.ts';
import { containersOf } from './pod.ts';
import type { Fields } from './read.ts';
import { dig, integer, items, list, text } from './read.ts';

/**
 * Pod Security Standards at the API of 1.28. Source: kubernetes.io, "Pod Security Standards"; exemptions for Windows
 * pods are not made, since none run here.
 */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

export interface Breach {
  /** Where in the PodSpec. */
  readonly field: string;
  readonly message: string;
  readonly fix: string;
}

/** Everything that a level forbids and a pod does. */
export function* breaches(spec: Fields, level: Level, annotations: Fields = {}): Generator<Breach> {
  if (level === 'privileged') return;
  const containers = containersOf(spec);
  yield* baselinePod(spec, annotations);
  for (const container of containers) yield* baselineContainer(container);
  if (level === 'baseline') return;
  yield* restrictedVolumes(spec);
  yield* restrictedPod(spec);
  for (const container of containers) yield* restrictedContainer(container, spec);
}

const forbid = (field: string, message: string, fix: string): Breach => ({ field, message, fix });

const CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_syncookies',
]);
const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t']);
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

function* baselinePod(spec: Fields, annotations: Fields): Generator<Breach> {
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (spec[key] === true) yield forbid(key, 'shares a namespace of the node', 'leave it out');
  }
  for (const [volume, field] of items(spec.volumes, 'volumes')) {
    if (volume.hostPath !== undefined)
      yield forbid(field, 'mounts a directory of the node', 'use another kind of volume');
  }
  for (const [sysctl, field] of items(dig(spec, 'securityContext', 'sysctls'), 'securityContext.sysctls')) {
    const name = text(sysctl.name) ?? '';
    if (!SYSCTLS.has(name)) yield forbid(field, `sets "${name}", which is not safe`, 'set it on the node');
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(APPARMOR) || /^(?:|runtime\/default|localhost\/.*)$/.test(String(value))) continue;
    yield forbid(`metadata.annotations.${key}`, 'turns AppArmor off', 'leave it out');
  }
  yield* baselineContext(spec.securityContext, 'securityContext');
}

function* baselineContainer({ spec, field }: Container): Generator<Breach> {
  const context = spec.securityContext;
  if (dig(context, 'privileged') === true)
    yield forbid(`${field}.securityContext.privileged`, 'runs privileged', 'leave it out');
  for (const capability of list(dig(context, 'capabilities', 'add'))) {
    if (typeof capability === 'string' && CAPABILITIES.has(capability)) continue;
    yield forbid(`${field}.securityContext.capabilities.add`, `adds ${capability}`, 'remove it');
  }
  const mask = dig(context, 'procMount');
  if (mask !== undefined && mask !== 'Default')
    yield forbid(`${field}.securityContext.procMount`, 'unmasks /proc', 'leave it out');
  for (const [port, path] of items(spec.ports, `${field}.ports`)) {
    if ((integer(port.hostPort) ?? 0) !== 0) yield forbid(path, 'takes a port of the node', 'use a Service');
  }
  yield* baselineContext(context, `${field}.securityContext`);
}

/** What pods and containers say alike. */
function* baselineContext(context: unknown, field: string): Generator<Breach> {
  if (dig(context, 'windowsOptions', 'hostProcess') === true)
    yield forbid(field, 'runs as a host process', 'leave it out');
  if (dig(context, 'seccompProfile', 'type') === 'Unconfined') {
    yield forbid(`${field}.seccompProfile`, 'turns seccomp off', 'use RuntimeDefault');
  }
  if (dig(context, 'appArmorProfile', 'type') === 'Unconfined') {
    yield forbid(`${field}.appArmorProfile`, 'turns AppArmor off', 'use RuntimeDefault');
  }
  const selinux = dig(context, 'seLinuxOptions');
  const allowed = SELINUX_TYPES.has(text(dig(selinux, 'type')) ?? '') && !dig(selinux, 'user') && !dig(selinux, 'role');
  if (!allowed) yield forbid(`${field}.seLinuxOptions`, 'chooses its own SELinux label', 'leave it out');
}

const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

function* restrictedVolumes(spec: Fields): Generator<Breach> {
  for (const [volume, field] of items(spec.volumes, 'volumes')) {
    for (const kind of Object.keys(volume)) {
      if (kind === 'name' || kind === 'hostPath' || VOLUMES.has(kind)) continue;
      yield forbid(
        `${field}.${kind}`,
        'is a kind of volume that is not allowed',
        `use one of ${[...VOLUMES].join(', ')}`,
      );
    }
  }
}

/** Forbidden of the pod even where every container says better. */
function* restrictedPod({ securityContext }: Fields): Generator<Breach> {
  if (dig(securityContext, 'runAsUser') === 0)
    yield forbid('securityContext.runAsUser', 'is root', 'choose another user');
  if (dig(securityContext, 'runAsNonRoot') === false) {
    yield forbid('securityContext.runAsNonRoot', 'is false', 'set it to true');
  }
}

function* restrictedContainer({ spec, field }: Container, pod: Fields): Generator<Breach> {
  const context = spec.securityContext;
  const at = (key: string): string => `${field}.securityContext.${key}`;
  const effective = (...path: string[]): unknown => dig(context, ...path) ?? dig(pod.securityContext, ...path);
  if (dig(context, 'allowPrivilegeEscalation') !== false) {
    yield forbid(at('allowPrivilegeEscalation'), 'is not false', 'set it to false');
  }
  if (effective('runAsNonRoot') !== true) {
    yield forbid(at('runAsNonRoot'), 'is not true, nor is that of the pod', 'set it to true on the pod');
  }
  if (dig(context, 'runAsUser') === 0) yield forbid(at('runAsUser'), 'is root', 'choose another user');
  const seccomp = effective('seccompProfile', 'type');
  if (seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost') {
    yield forbid(at('seccompProfile'), 'is not set, nor is that of the pod', 'set type: RuntimeDefault on the pod');
  }
  if (!list(dig(context, 'capabilities', 'drop')).includes('ALL')) {
    yield forbid(at('capabilities.drop'), 'keeps capabilities', 'drop ALL');
  }
  for (const capability of list(dig(context, 'capabilities', 'add'))) {
    if (capability === 'NET_BIND_SERVICE' || !CAPABILITIES.has(text(capability) ?? '')) continue;
    yield forbid(at('capabilities.add'), `adds ${capability}`, 'remove it');
  }
}

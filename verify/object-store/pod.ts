import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigMap, Container, CronJob, Job, PodSpec, StatefulSet } from '../../imports/k8s.ts';
import { addressOf, networkOf } from './network.ts';

/** A synthesized object, as far as this program reads it. */
export type Manifest = { kind: string; metadata: { name: string } };

/** What stands in for the cluster. */
export interface Machine {
  /** Where volumes and logs are. */
  readonly directory: string;
  /** `PATH` of the image: a directory with exactly its programs. */
  readonly bin: string;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Pods that names lead to, by name as in cluster DNS. */
  readonly hosts: Readonly<Record<string, string>>;
}

export interface Pod {
  readonly name: string;
  readonly spec: PodSpec;
}

export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return manifests.flatMap((manifest): Pod[] => {
    if (manifest.kind === 'StatefulSet') {
      const { spec } = manifest as StatefulSet;
      const template = spec?.template.spec;
      return Array.from({ length: spec?.replicas ?? 0 }, (_, index) => ({
        name: `${manifest.metadata.name}-${index}`,
        spec: template as PodSpec,
      }));
    }
    return [];
  });
}

export function taskOf(manifests: readonly Manifest[], kind: 'Job' | 'CronJob'): Pod {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  const spec =
    kind === 'Job' ? (found as Job).spec?.template.spec : (found as CronJob).spec?.jobTemplate.spec?.template.spec;
  return { name: found.metadata.name, spec: spec as PodSpec };
}

/**
 * Starts the first container of a pod as the kubelet would, as far as programs can tell: its environment and nothing
 * else, its user, no capabilities, a read-only root file system with its volumes in it, a network of its own.
 */
export function start(pod: Pod, manifests: readonly Manifest[], machine: Machine): Running {
  const [container] = pod.spec.containers;
  if (!container) throw new Error(`${pod.name} has no container`);
  const { runAsUser, runAsGroup, fsGroup } = pod.spec.securityContext ?? {};
  const root = join(machine.directory, pod.name);
  mkdirSync(root, { recursive: true });
  const env: Record<string, string> = { PATH: machine.bin };
  for (const { name, value, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    if (ref) env[name] = secretValue(machine, ref.name ?? '', ref.key);
    else if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') env[name] = pod.name;
    else env[name] = value ?? '';
  }
  const expand = (text: string) => text.replace(/\$\(([A-Z_]+)\)/g, (all, name: string) => env[name] ?? all);
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath }) => {
    const directory = volume(pod, name, manifests, machine, join(root, name));
    return `mkdir -p $root${mountPath}; mount --bind '${directory}' $root${mountPath}`;
  });
  const hosts = join(root, 'hosts');
  writeFileSync(
    hosts,
    ['127.0.0.1 localhost', ...Object.entries(machine.hosts).map(([name, to]) => `${addressOf(to)} ${name}`), ''].join(
      '\n',
    ),
  );
  addressOf(pod.name);
  const script = [
    'layer=$(mktemp -d)',
    'mount -t tmpfs layer $layer',
    'mkdir $layer/upper $layer/work $layer/root',
    'root=$layer/root',
    'mount -t overlay -o lowerdir=/,upperdir=$layer/upper,workdir=$layer/work overlay $root',
    'mount -t proc proc $root/proc',
    'mount --rbind /dev $root/dev',
    `cat '${hosts}' >$root/etc/hosts`,
    ...mounts,
    'mount -o remount,ro $root',
    `export PATH='${machine.bin}'`,
    `exec /usr/sbin/chroot $root /usr/bin/setpriv --reuid=${runAsUser} --regid=${runAsGroup} --groups=${fsGroup} --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`,
  ].join('\n');
  const logFile = join(machine.directory, `${pod.name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(
    '/usr/bin/nsenter',
    [`--net=${networkOf(pod.name)}`, '/usr/bin/unshare', '--mount', '--', '/bin/sh', '-ec', script, 'sh']
      .concat(container.command ?? [], container.args ?? [])
      .map(expand),
    { cwd: '/', env: { ...env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: ['ignore', log, log] },
  );
  return new Running(pod.name, container, child, logFile);
}

export class Running {
  readonly ended: Promise<number>;

  constructor(
    readonly name: string,
    readonly container: Container,
    readonly child: ChildProcess,
    readonly log: string,
  ) {
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? -1));
    });
  }

  get address(): string {
    return addressOf(this.name);
  }

  /** Waits for the readiness probe to succeed. */
  async ready(): Promise<void> {
    const { path, port } = this.container.readinessProbe?.httpGet ?? {};
    const declared = this.container.ports?.find(({ name }) => name === port)?.containerPort;
    const url = `http://${this.address}:${declared}${path}`;
    for (let attempt = 0; attempt < 240; attempt++) {
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.status === 200) return;
      if (this.child.exitCode !== null)
        throw new Error(`${this.name} ended with ${this.child.exitCode}; see ${this.log}`);
      await sleep(500);
    }
    throw new Error(`${this.name} does not answer ${url}; see ${this.log}`);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.ended;
  }
}

/** A volume as a directory that the pod's user may enter. */
function volume(pod: Pod, name: string, manifests: readonly Manifest[], machine: Machine, directory: string): string {
  const declared = pod.spec.volumes?.find((candidate) => candidate.name === name);
  // A claim keeps what is in it; everything else is made anew with the pod.
  if (declared) rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if (declared?.configMap) {
    const config = manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === declared.configMap?.name,
    ) as ConfigMap | undefined;
    if (!config) throw new Error(`${pod.name}: no ConfigMap "${declared.configMap.name}"`);
    for (const [file, text] of Object.entries(config.data ?? {})) writeFileSync(join(directory, file), text);
    return directory;
  }
  const group = pod.spec.securityContext?.fsGroup ?? 0;
  for (const { secret } of declared?.projected?.sources ?? []) {
    for (const { key, path } of secret?.items ?? []) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, secretValue(machine, secret?.name ?? '', key), { mode: declared?.projected?.defaultMode });
      chownSync(file, 0, group);
    }
  }
  if (!declared?.projected) {
    chownSync(directory, 0, group);
    chmodSync(directory, 0o2770);
  }
  return directory;
}

function secretValue({ secrets }: Machine, name: string, key: string): string {
  const value = secrets[name]?.[key];
  if (value === undefined) throw new Error(`no value for key "${key}" of Secret "${name}"`);
  return value;
}

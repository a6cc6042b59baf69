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
 * Starts the containers of a pod as the kubelet would, as far as programs can tell: their environment and nothing else,
 * their user, no capabilities, a read-only root file system with their volumes in it, a network of the pod's own.
 */
export function start(
  pod: Pod,
  manifests: readonly Manifest[],
  machine: Machine,
  { keep = false }: { readonly keep?: boolean } = {},
): Running {
  const directory = join(machine.directory, pod.name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'hosts'),
    ['127.0.0.1 localhost', ...Object.entries(machine.hosts).map(([name, to]) => `${addressOf(to)} ${name}`), ''].join(
      '\n',
    ),
  );
  addressOf(pod.name);
  // Kept from the pod's init containers, which are started as a pod of their own.
  for (const { name } of keep ? [] : (pod.spec.volumes ?? []))
    rmSync(join(directory, name), { recursive: true, force: true });
  return new Running(
    pod,
    pod.spec.containers.map((container) => ({
      container,
      child: startContainer(container, pod, manifests, machine, directory),
    })),
    join(machine.directory, `${pod.name}.log`),
  );
}

function startContainer(
  container: Container,
  pod: Pod,
  manifests: readonly Manifest[],
  machine: Machine,
  directory: string,
): ChildProcess {
  const { runAsUser, runAsGroup, fsGroup } = pod.spec.securityContext ?? {};
  const env: Record<string, string> = { PATH: machine.bin };
  for (const { name, value, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    if (ref) env[name] = secretValue(machine, ref.name ?? '', ref.key);
    else if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') env[name] = pod.name;
    else env[name] = value ?? '';
  }
  const expand = (text: string) => text.replace(/\$\(([A-Z_]+)\)/g, (all, name: string) => env[name] ?? all);
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => {
    const source = volume(pod, name, manifests, machine, join(directory, name), subPath);
    return `mkdir -p $root${mountPath}; mount --bind '${source}' $root${mountPath}`;
  });
  const script = [
    'layer=$(mktemp -d)',
    'mount -t tmpfs layer $layer',
    'mkdir $layer/upper $layer/work $layer/root',
    'root=$layer/root',
    'mount -t overlay -o lowerdir=/,upperdir=$layer/upper,workdir=$layer/work overlay $root',
    'mount -t proc proc $root/proc',
    'mount --rbind /dev $root/dev',
    `cat '${join(directory, 'hosts')}' >$root/etc/hosts`,
    ...mounts,
    'mount -o remount,ro $root',
    `export PATH='${machine.bin}'`,
    `exec /usr/sbin/chroot $root /usr/bin/setpriv --reuid=${runAsUser} --regid=${runAsGroup} --groups=${fsGroup} --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`,
  ].join('\n');
  const log = openSync(join(machine.directory, `${pod.name}.log`), 'a');
  return spawn(
    '/usr/bin/nsenter',
    [`--net=${networkOf(pod.name)}`, '/usr/bin/unshare', '--mount', '--', '/bin/sh', '-ec', script, 'sh']
      .concat(container.command ?? [], container.args ?? [])
      .map(expand),
    { cwd: '/', env: { ...env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: ['ignore', log, log] },
  );
}

interface RunningContainer {
  readonly container: Container;
  readonly child: ChildProcess;
}

export class Running {
  /** Exit code of the first container. */
  readonly ended: Promise<number>;
  readonly #all: Promise<unknown>;

  constructor(
    readonly pod: Pod,
    readonly containers: readonly RunningContainer[],
    readonly log: string,
  ) {
    const exits = containers.map(
      ({ child }) =>
        new Promise<number>((resolve, reject) => {
          child.once('error', reject);
          child.once('exit', (code) => resolve(code ?? -1));
        }),
    );
    this.ended = exits[0] ?? Promise.resolve(-1);
    this.#all = Promise.all(exits);
  }

  get name(): string {
    return this.pod.name;
  }

  get address(): string {
    return addressOf(this.name);
  }

  /** Waits for the readiness probes of all containers to succeed. */
  async ready(): Promise<void> {
    for (const { container, child } of this.containers) {
      const { path, port } = container.readinessProbe?.httpGet ?? {};
      const declared = container.ports?.find(({ name }) => name === port)?.containerPort;
      const url = `http://${this.address}:${declared}${path}`;
      for (let attempt = 0; ; attempt++) {
        const answer = await fetch(url).catch(() => undefined);
        if (answer?.status === 200) break;
        if (!isRunning(child))
          throw new Error(`${this.name}: ${container.name} ended with ${child.exitCode}; see ${this.log}`);
        if (attempt === 240) throw new Error(`${this.name} does not answer ${url}; see ${this.log}`);
        await sleep(500);
      }
    }
  }

  /** As the kubelet does it: each container after its preStop. Returns after how many seconds the first ended, and all. */
  async stop(): Promise<{ readonly first: number; readonly all: number }> {
    const begin = Date.now();
    const seconds = () => Math.round((Date.now() - begin) / 1000);
    const grace = (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    const killer = setTimeout(() => this.#signal('SIGKILL'), grace);
    for (const { container, child } of this.containers) {
      const [command, time] = container.lifecycle?.preStop?.exec?.command ?? ['sleep', '0'];
      if (command !== 'sleep') throw new Error(`${this.name}: cannot run preStop "${command}"`);
      setTimeout(() => child.kill('SIGTERM'), Number(time) * 1000);
    }
    await this.ended;
    const first = seconds();
    await this.#all;
    clearTimeout(killer);
    return { first, all: seconds() };
  }

  /** As when its node is lost. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#all;
  }

  #signal(signal: NodeJS.Signals): void {
    for (const { child } of this.containers) if (isRunning(child)) child.kill(signal);
  }
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** A volume as a directory that the pod's user may enter. */
function volume(
  pod: Pod,
  name: string,
  manifests: readonly Manifest[],
  machine: Machine,
  directory: string,
  subPath: string | undefined,
): string {
  const declared = pod.spec.volumes?.find((candidate) => candidate.name === name);
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
  if (declared?.projected) return directory;
  const open = (path: string) => {
    mkdirSync(path, { recursive: true });
    chownSync(path, 0, group);
    chmodSync(path, 0o2770);
    return path;
  };
  open(directory);
  return subPath === undefined ? directory : open(join(directory, subPath));
}

function secretValue({ secrets }: Machine, name: string, key: string): string {
  const value = secrets[name]?.[key];
  if (value === undefined) throw new Error(`no value for key "${key}" of Secret "${name}"`);
  return value;
}

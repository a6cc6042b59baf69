import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigMap, Container, CronJob, Job, PodSpec, StatefulSet } from '../../imports/k8s.ts';

/** A synthesized object, as far as this program reads it. */
export type Manifest = { kind: string; metadata: { name: string } };

/** What stands in for the cluster: the values of Secrets, and where the pods' names and directories are on this machine. */
export interface Machine {
  readonly directory: string;
  readonly bin: string;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Replaces names of hosts and the like in arguments and environment. */
  readonly translate: (text: string, pod: string) => string;
  /** More environment for a server, where this machine differs from a node. */
  readonly extraEnv?: Readonly<Record<string, string>>;
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

/** Starts the first container of a pod as the kubelet would, on this machine. */
export function start(pod: Pod, manifests: readonly Manifest[], machine: Machine): Running {
  const [container] = pod.spec.containers;
  if (!container) throw new Error(`${pod.name} has no container`);
  const root = join(machine.directory, pod.name);
  const mounts = (container.volumeMounts ?? [])
    .map(({ name, mountPath }): [string, string] => [mountPath, join(root, name)])
    .sort(([a], [b]) => b.length - a.length);
  const local = (text: string): string => {
    let result = machine.translate(text, pod.name);
    for (const [path, directory] of mounts) {
      result = result.replaceAll(new RegExp(`(^|[=:0-9"])${path}(?=/|$)`, 'g'), `$1${directory}`);
    }
    return result;
  };
  mount(pod, container, manifests, machine, root, local);
  const env: Record<string, string> = { PATH: machine.bin };
  for (const { name, value, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    if (ref) env[name] = secretValue(machine, ref.name ?? '', ref.key);
    else if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') env[name] = pod.name;
    else env[name] = local(value ?? '');
  }
  const expand = (text: string) => text.replace(/\$\(([A-Z_]+)\)/g, (all, name: string) => env[name] ?? all);
  const [command = '', ...args] = [...(container.command ?? []), ...(container.args ?? [])]
    .map(expand)
    .flatMap((argument) => local(argument).split(' '));
  const logFile = join(machine.directory, `${pod.name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(join(machine.bin, command), args, {
    cwd: root,
    env: { ...env, ...machine.extraEnv },
    stdio: ['ignore', log, log],
  });
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

  /** Waits for the readiness probe, at the address given. */
  async ready(host: string, ports?: Readonly<Record<string, number>>): Promise<void> {
    const { path, port } = this.container.readinessProbe?.httpGet ?? {};
    const declared = this.container.ports?.find(({ name }) => name === port)?.containerPort;
    const url = `http://${host}:${ports?.[String(port)] ?? declared}${path}`;
    for (let attempt = 0; attempt < 120; attempt++) {
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

/** Fills the directories that a container sees. */
function mount(
  pod: Pod,
  container: Container,
  manifests: readonly Manifest[],
  machine: Machine,
  root: string,
  local: (text: string) => string,
): void {
  for (const { name } of container.volumeMounts ?? []) {
    const directory = join(root, name);
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    // A claim keeps what is in it; everything else is made anew with the pod.
    if (volume) rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    if (volume?.configMap) {
      const config = manifests.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume.configMap?.name,
      ) as ConfigMap | undefined;
      if (!config) throw new Error(`${pod.name}: no ConfigMap "${volume.configMap.name}"`);
      for (const [file, text] of Object.entries(config.data ?? {})) writeFileSync(join(directory, file), local(text));
    }
    for (const { secret } of volume?.projected?.sources ?? []) {
      for (const { key, path } of secret?.items ?? []) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), secretValue(machine, secret?.name ?? '', key));
      }
    }
  }
}

function secretValue({ secrets }: Machine, name: string, key: string): string {
  const value = secrets[name]?.[key];
  if (value === undefined) throw new Error(`no value for key "${key}" of Secret "${name}"`);
  return value;
}

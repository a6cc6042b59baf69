import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Container, PodSpec } from '../../imports/k8s.ts';
import { networkOf, podIp } from './network.ts';

/** What a pod finds around it. */
export interface Surroundings {
  /** Directory for volumes and logs. */
  readonly directory: string;
  /** `PATH` of the image. */
  readonly path: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Runs the containers of a pod spec on this machine as a kubelet would, as far as programs can tell: with the
 * spec's environment and nothing else, its user and groups, no capabilities, a read-only root file system with
 * the spec's volumes in it, and a network of the pod's own.
 */
export class Pod {
  readonly ip: string;
  readonly #volumes: string;
  #containers: readonly ChildProcess[] = [];

  constructor(
    readonly name: string,
    readonly number: number,
    readonly spec: PodSpec,
    readonly around: Surroundings,
  ) {
    this.ip = podIp(number);
    this.#volumes = join(around.directory, name);
    rmSync(this.#volumes, { recursive: true, force: true });
    mkdirSync(this.#volumes, { recursive: true });
  }

  /** Runs init containers and containers to their end, one after the other, as a Job's pod. Returns the exit code. */
  async runToEnd(): Promise<number> {
    for (const container of [...(this.spec.initContainers ?? []), ...this.spec.containers]) {
      const code = await exitOf(this.#start(container));
      if (code !== 0) return code;
    }
    return 0;
  }

  /** Starts all containers. */
  start(): void {
    this.#containers = this.spec.containers.map((container) => this.#start(container));
  }

  /** The first container, which the others are beside of. */
  get main(): Container {
    const [container] = this.spec.containers;
    if (container === undefined) throw new Error(`${this.name} has no container`);
    return container;
  }

  get running(): boolean {
    return this.#containers.length > 0 && this.#containers.every(isRunning);
  }

  /** SIGTERM, as at a pod's end. Returns the main container's exit code and how many seconds it took. */
  async stop(): Promise<{ readonly code: number; readonly seconds: number }> {
    const begin = Date.now();
    const killer = setTimeout(() => this.kill(), (this.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    const [code] = await Promise.all(
      this.#containers.map((container) => {
        const end = isRunning(container) ? exitOf(container) : Promise.resolve(container.exitCode ?? -1);
        container.kill('SIGTERM');
        return end;
      }),
    );
    clearTimeout(killer);
    return { code: code ?? -1, seconds: (Date.now() - begin) / 1000 };
  }

  kill(): void {
    for (const pid of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    }
  }

  log(container = this.main.name): string {
    return readFileSync(join(this.#volumes, `${container}.log`), 'utf8');
  }

  /** Ids of the containers' processes and all below them. */
  processes(): number[] {
    const parents = new Map<number, number>();
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
        parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      } catch {
        // Ended meanwhile.
      }
    }
    const found = this.#containers.flatMap(({ pid }) => pid ?? []);
    for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
    return found;
  }

  /** Memory of all processes, shared pages counted once, in MiB. */
  memory(): number {
    const kilobytes = this.processes().map((pid) => {
      try {
        return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
      } catch {
        return 0;
      }
    });
    return kilobytes.reduce((sum, value) => sum + value, 0) / 1024;
  }

  /** Command lines of all processes. */
  commandLines(): string {
    return this.processes()
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      .join('\n');
  }

  environment(container: Container): Record<string, string> {
    const env: Record<string, string> = {};
    for (const { name, value, valueFrom } of container.env ?? []) {
      if (value !== undefined) {
        env[name] = value.replace(/\$\(([A-Z_]+)\)/g, (whole, other: string) => env[other] ?? whole);
      } else if (valueFrom?.secretKeyRef) {
        const { name: secret = '', key } = valueFrom.secretKeyRef;
        const found = this.around.secrets[secret]?.[key];
        if (found === undefined) throw new Error(`${this.name}: no key "${key}" in Secret "${secret}"`);
        env[name] = found;
      } else if (valueFrom?.fieldRef?.fieldPath === 'status.podIP') {
        env[name] = this.ip;
      } else {
        throw new Error(`${this.name}: ${name} comes from where this verification cannot look`);
      }
    }
    return env;
  }

  #start(container: Container): ChildProcess {
    const log = openSync(join(this.#volumes, `${container.name}.log`), 'a');
    const child = spawn(
      'nsenter',
      [`--net=${networkOf(this.number)}`, 'unshare', '--mount', '--', 'sh', '-ec', this.#script(container), 'sh']
        .concat(container.command ?? [])
        .concat(container.args ?? []),
      { env: { PATH: this.around.path, ...this.environment(container) }, cwd: '/', stdio: ['ignore', log, log] },
    );
    closeSync(log);
    return child;
  }

  /** Builds the container's file system in a mount namespace of its own, then becomes the container's program. */
  #script(container: Container): string {
    const pod = this.spec.securityContext ?? {};
    const own = container.securityContext;
    const strict =
      own?.readOnlyRootFilesystem === true &&
      own.allowPrivilegeEscalation === false &&
      own.capabilities?.drop?.includes('ALL') === true &&
      pod.runAsNonRoot === true;
    if (!strict) throw new Error(`${this.name}: container ${container.name} is not restricted; this runs only such`);
    const hosts = Object.entries({ localhost: '127.0.0.1', [this.name]: this.ip, ...this.around.hosts })
      .map(([name, ip]) => `${ip} ${name}\n`)
      .join('');
    const hostsFile = join(this.#volumes, 'hosts');
    writeFileSync(hostsFile, hosts);
    const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => {
      const source = this.#volume(name, pod.fsGroup ?? 0);
      const bind = `mkdir -p $root${mountPath}; mount --bind ${source} $root${mountPath}`;
      return readOnly ? `${bind}; mount -o remount,ro,bind $root${mountPath}` : bind;
    });
    return [
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'mount --make-rprivate /',
      'layer=$(mktemp -d)',
      'mount -t tmpfs layer $layer',
      'mkdir $layer/upper $layer/work $layer/root',
      'root=$layer/root',
      'mount -t overlay -o lowerdir=/,upperdir=$layer/upper,workdir=$layer/work overlay $root',
      // Python may be installed below root's home, which others cannot enter.
      'chmod 755 $root/root',
      `cat ${hostsFile} > $root/etc/hosts`,
      'mount -t proc proc $root/proc',
      'mount --rbind /dev $root/dev',
      'mount -t tmpfs -o size=64m shm $root/dev/shm',
      ...mounts,
      'mount -o remount,ro $root',
      `PATH=${this.around.path}`,
      `exec /usr/sbin/chroot $root /usr/bin/setpriv --reuid=${pod.runAsUser} --regid=${pod.runAsGroup} --groups=${pod.fsGroup} --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`,
    ].join('\n');
  }

  #volume(name: string, group: number): string {
    const volume = this.spec.volumes?.find((candidate) => candidate.name === name);
    const directory = join(this.#volumes, name);
    mkdirSync(directory, { recursive: true });
    if (volume?.emptyDir) {
      chownSync(directory, 0, group);
      chmodSync(directory, 0o2777);
    } else if (volume?.configMap?.name !== undefined) {
      const files = this.around.configMaps[volume.configMap.name];
      if (!files) throw new Error(`${this.name}: no ConfigMap "${volume.configMap.name}"`);
      const items = volume.configMap.items ?? Object.keys(files).map((key) => ({ key, path: key }));
      for (const { key, path } of items) {
        const content = files[key];
        if (content === undefined)
          throw new Error(`${this.name}: no key "${key}" in ConfigMap "${volume.configMap.name}"`);
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), content);
      }
    } else {
      throw new Error(`${this.name}: volume "${name}" is of a kind this verification cannot make`);
    }
    return directory;
  }
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code ?? -1)));

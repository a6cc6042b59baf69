/**
 * Has KubeRay itself make what it makes of objects, and compares it with what `lib/operators/kuberay-kinds.ts` says of them.
 *
 *   node --require tsx/cjs verify/kuberay/verify.ts      needs Go; builds KubeRay's controllers once
 *
 * The objects are cases that differ in what is made of them (cases.ts), and all of KubeRay's kinds in `dist/`. Its own
 * validation must find nothing wrong with them, and something with those that it is said to refuse. The reconciler of RayClusters runs as it is, on a client that remembers
 * what it is told; RayServices and RayJobs are asked for the cluster, the Services and the Job that they make.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { compareText } from '../../lib/collections.ts';
import { dig, fields, fieldsAt, labelMap, list, text } from '../../lib/kubernetes/read.ts';
import { kuberayKinds } from '../../lib/operators/kuberay-kinds.ts';
import { groupKind, type Manifest } from '../../lib/platform/manifest-set.ts';
import { readSources } from '../../tools/import/sources.ts';
import { CASES, REFUSED } from './cases.ts';

interface Made {
  readonly problems: readonly string[] | null;
  readonly objects: readonly Manifest[] | null;
}

const root = resolve(__dirname, '../..');

/** KubeRay's controllers of the version whose definitions are in imports/, with two files of ours. */
function program(): string {
  const source = readSources(join(root, 'schemas/sources.yaml')).operators.find(({ name }) => name === 'kuberay');
  if (!source) throw new Error('schemas/sources.yaml does not have kuberay');
  const folder = join(root, '.cache/kuberay', source.version);
  if (!existsSync(join(folder, 'go.mod'))) {
    const module = `${source.module}@${source.version}`;
    // Outside of this repository, which is no Go module.
    const answer = execFileSync('go', ['mod', 'download', '-json', module], { cwd: '/', encoding: 'utf8' });
    const { Dir }: { Dir: string } = JSON.parse(answer);
    cpSync(Dir, folder, { recursive: true });
    // The module cache is read-only, and so are copies of it.
    execFileSync('chmod', ['-R', 'u+w', folder]);
  }
  mkdirSync(join(folder, 'keelson'), { recursive: true });
  cpSync(join(__dirname, 'made.go'), join(folder, 'controllers/ray/keelson.go'));
  cpSync(join(__dirname, 'main.go'), join(folder, 'keelson/main.go'));
  execFileSync('go', ['build', '-o', 'keelson-verify', './keelson'], { cwd: folder, stdio: 'inherit' });
  return join(folder, 'keelson-verify');
}

function* written(directory: string): Generator<Manifest> {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/^ray(cluster|service|job)-.*\.yaml$/.test(entry.name)) continue;
    const manifest: Manifest = parse(readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    if (groupKind(manifest) in kuberayKinds) yield manifest;
  }
}

/** What is compared of an object, under a name that both sides give it. */
function essence(object: Manifest): readonly [name: string, content: unknown] | undefined {
  const { kind, metadata, spec } = object;
  const name = `${kind} ${metadata.name}`;
  const labels = { ...metadata.labels };
  switch (kind) {
    case 'RayCluster':
      return undefined;
    case 'Pod':
      // Counted per replica.
      for (const key of ['index', 'name']) delete labels[`ray.io/worker-group-replica-${key}`];
      delete labels['ray.io/replica-host-index'];
      // Set when the head is asked whether it answers.
      if (labels['ray.io/node-type'] === 'head') delete labels['ray.io/serve'];
      return [`Pod ${labels['ray.io/cluster']} ${labels['ray.io/group']}`, { labels, ...podEssence(fields(spec)) }];
    case 'Service': {
      const ports = list(dig(spec, 'ports')).map((port) => `${text(dig(port, 'name'))}:${dig(port, 'port')}`);
      const headless = dig(spec, 'clusterIP') === 'None';
      return [name, { selector: labelMap(dig(spec, 'selector')), ports: ports.sort(compareText), headless }];
    }
    case 'Job': {
      const template = fieldsAt(spec, 'template');
      return [
        name,
        { labels: labelMap(dig(template, 'metadata', 'labels')), ...podEssence(fieldsAt(template, 'spec')) },
      ];
    }
    case 'Secret':
      return [name, Object.keys({ ...fields(object.data), ...fields(object.stringData) })];
    case 'RoleBinding':
      return [name, { subjects: object.subjects, roleRef: object.roleRef }];
    default:
      return [name, {}];
  }
}

/** Ray's agent listens whether or not its port is declared; what comes from the template itself is not compared again. */
const podEssence = (spec: Readonly<Record<string, unknown>>) => ({
  account: spec.serviceAccountName ?? '',
  containers: [...list(spec.initContainers), ...list(spec.containers)].map((container) => ({
    name: dig(container, 'name'),
    image: dig(container, 'image'),
    securityContext: dig(container, 'securityContext'),
    env: ['wait-gcs-ready', 'autoscaler'].includes(text(dig(container, 'name')) ?? '')
      ? list(dig(container, 'env'))
          .flatMap((variable) => text(dig(variable, 'name')) ?? [])
          .filter(isOurs)
      : [],
    resources: JSON.stringify(dig(container, 'resources') ?? {}, ['requests', 'limits', 'cpu', 'memory']),
    ports: list(dig(container, 'ports')).flatMap((port) => text(dig(port, 'name')) ?? []),
    probes: ['readinessProbe', 'livenessProbe'].map((probe) => {
      const action = fields(dig(container, probe));
      return dig(action, 'httpGet') ? `http ${dig(action, 'httpGet', 'port')}` : dig(action, 'exec') ? 'exec' : 'none';
    }),
  })),
});

/** Variables about authentication and addresses are KubeRay's own affair: no rule looks at them. */
const isOurs = (name: string): boolean => !/^(RAY_AUTH|FQ_RAY_IP$|RAY_IP$|RAY_ENABLE)/.test(name);

const essences = (objects: readonly Manifest[]): ReadonlyMap<string, unknown> =>
  new Map(objects.flatMap((object) => [essence(object)].filter((found) => found !== undefined)));

const objects = [...CASES, ...written(join(root, 'dist'))];
const refused = REFUSED.map(([manifest]) => manifest);
const input = JSON.stringify([...objects, ...refused]);
const output = execFileSync(program(), { input, stdio: ['pipe', 'pipe', 'ignore'] });
const made: readonly Made[] = JSON.parse(output.toString());
let problems = 0;
const report = (manifest: Manifest, message: string): void => {
  problems++;
  console.log(`wrong  ${manifest.kind} ${manifest.metadata.namespace}/${manifest.metadata.name}: ${message}`);
};
for (const [index, manifest] of objects.entries()) {
  for (const problem of made[index]?.problems ?? []) report(manifest, `KubeRay says: ${problem}`);
  const theirs = essences(made[index]?.objects ?? []);
  const ours = essences([...(kuberayKinds[groupKind(manifest)]?.produces?.(manifest) ?? [])]);
  for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
    const [found, said] = [theirs.get(name), ours.get(name)].map((one) =>
      one === undefined ? undefined : JSON.parse(JSON.stringify(one)),
    );
    if (!isDeepStrictEqual(found, said)) {
      report(manifest, `${name}\n  KubeRay: ${JSON.stringify(found)}\n  here:    ${JSON.stringify(said)}`);
    }
  }
}
for (const [index, [manifest, says]] of REFUSED.entries()) {
  const found = made[objects.length + index]?.problems ?? [];
  if (!found.some((problem) => problem.includes(says))) {
    report(manifest, `KubeRay does not say "${says}", but ${found.length > 0 ? found.join('; ') : 'nothing'}`);
  }
}
console.log(`${REFUSED.length} objects that KubeRay refuses`);
console.log(`${objects.length} objects (${objects.length - CASES.length} of dist/), ${problems} problems`);
process.exitCode = problems > 0 ? 1 : 0;

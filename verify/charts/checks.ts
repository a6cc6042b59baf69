import { containersOf } from '../../lib/kubernetes/pod.ts';
import { breaches } from '../../lib/kubernetes/pod-security.ts';
import {
  dig,
  eachString,
  type Fields,
  fields,
  integer,
  items,
  labelMap,
  list,
  text,
} from '../../lib/kubernetes/read.ts';
import type { Operator, OperatorPods } from '../../lib/operators/operator.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';
import { groupKind } from '../../lib/platform/manifest-set.ts';

/** What a chart makes and an Operator says must be the same. Each check yields what is wrong. */
export function* chartProblems(
  operator: Operator,
  rendered: readonly Manifest[],
  images: ReadonlySet<string>,
  foreign: readonly string[],
): Generator<string> {
  const crds = rendered.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const others = rendered.filter(({ kind }) => kind !== 'CustomResourceDefinition');
  const workloads = others.flatMap(workloadOf);
  yield* kindProblems(operator, crds);
  yield* placeProblems(operator, others);
  yield* podProblems(operator, workloads);
  yield* webhookProblems(operator, others, crds, workloads);
  for (const workload of workloads) yield* containerProblems(operator, workload, images);
  yield* hostProblems(others, foreign);
}

interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Fields;
  readonly pod: Fields;
}

const WORKLOADS = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job']);

function workloadOf(manifest: Manifest): Workload[] {
  if (!WORKLOADS.has(groupKind(manifest))) return [];
  const template = dig(manifest, 'spec', 'template');
  return [
    {
      name: manifest.metadata.name,
      kind: manifest.kind,
      labels: labelMap(dig(template, 'metadata', 'labels')),
      annotations: fields(dig(template, 'metadata', 'annotations')),
      pod: fields(dig(template, 'spec')),
    },
  ];
}

function* kindProblems({ kinds }: Operator, crds: readonly Manifest[]): Generator<string> {
  const served = new Map(
    crds.map((crd) => [
      `${text(dig(crd, 'spec', 'group'))}/${text(dig(crd, 'spec', 'names', 'kind'))}`,
      text(dig(crd, 'spec', 'scope')) === 'Cluster',
    ]),
  );
  for (const [kind, facts] of Object.entries(kinds)) {
    const cluster = served.get(kind);
    if (cluster === undefined) yield `${kind} is said to be served, and the chart installs no such kind`;
    else if (cluster !== (facts.clusterScoped ?? false))
      yield `${kind} is ${cluster ? 'in no namespace' : 'in a namespace'}, and said not to be`;
  }
}

function* placeProblems({ namespace }: Operator, manifests: readonly Manifest[]): Generator<string> {
  for (const { kind, metadata } of manifests) {
    if (metadata.namespace !== undefined && metadata.namespace !== namespace)
      yield `${kind}/${metadata.name} goes to the namespace ${metadata.namespace}`;
  }
}

const matches = (labels: Readonly<Record<string, string>>, pods: OperatorPods): boolean =>
  Object.entries(pods.labels).every(([key, value]) => labels[key] === value);

function* podProblems({ pods }: Operator, workloads: readonly Workload[]): Generator<string> {
  for (const workload of workloads) {
    const said = pods.filter((candidate) => matches(workload.labels, candidate));
    const [only] = said;
    if (!only || said.length > 1) {
      yield `${workload.kind}/${workload.name} is selected by ${said.length} of the pods: ${said.map(({ name }) => name).join(', ')}`;
      continue;
    }
    if (only.name !== workload.name) yield `${workload.kind}/${workload.name} is called ${only.name}`;
    const account = text(workload.pod.serviceAccountName);
    if (only.serviceAccount !== undefined && account !== only.serviceAccount)
      yield `${workload.name} runs as ${account}, not as ${only.serviceAccount}`;
    const open = new Set(containersOf(workload.pod).flatMap(({ ports }) => ports.map(({ port }) => port)));
    for (const { port } of [...(only.serves ?? []), ...(only.calledBy ?? [])]) {
      if (!open.has(port)) yield `${workload.name} is said to serve ${port}, and no container has that port`;
    }
  }
  for (const { name } of pods) {
    if (!workloads.some((workload) => workload.name === name)) yield `the pods of ${name} are not made by the chart`;
  }
}

/** Ports that the API server calls, as webhooks, conversions and API services name them through Services. */
function* webhookProblems(
  { pods }: Operator,
  manifests: readonly Manifest[],
  crds: readonly Manifest[],
  workloads: readonly Workload[],
): Generator<string> {
  const called = new Map<string, Set<number>>();
  const call = (service: unknown): void => {
    const name = text(dig(service, 'name'));
    const made = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
    const wanted = integer(dig(service, 'port')) ?? 443;
    for (const [port] of items(dig(made, 'spec', 'ports'), 'spec.ports')) {
      if (port.port !== wanted) continue;
      const selector = labelMap(dig(made, 'spec', 'selector'));
      for (const workload of workloads) {
        if (!Object.entries(selector).every(([key, value]) => workload.labels[key] === value)) continue;
        const target = targetPort(port.targetPort ?? port.port, workload);
        if (target !== undefined) called.set(workload.name, (called.get(workload.name) ?? new Set()).add(target));
      }
    }
  };
  for (const manifest of manifests) {
    for (const webhook of list(dig(manifest, 'webhooks'))) call(dig(webhook, 'clientConfig', 'service'));
    if (manifest.kind === 'APIService') call(dig(manifest, 'spec', 'service'));
  }
  for (const crd of crds) call(dig(crd, 'spec', 'conversion', 'webhook', 'clientConfig', 'service'));
  for (const { name, webhookPorts } of pods) {
    const said = [...(webhookPorts ?? [])].sort().join();
    const found = [...(called.get(name) ?? [])].sort().join();
    if (said !== found) yield `the API server calls ${name} on [${found}], and [${said}] is said`;
  }
}

function targetPort(target: unknown, { pod }: Workload): number | undefined {
  if (typeof target === 'number') return target;
  return containersOf(pod)
    .flatMap(({ ports }) => ports)
    .find(({ name }) => name === target)?.port;
}

function* containerProblems(
  { podSecurity }: Operator,
  { name, pod, annotations }: Workload,
  images: ReadonlySet<string>,
): Generator<string> {
  for (const { field, message } of breaches(pod, podSecurity?.level ?? 'restricted', annotations))
    yield `${name}: ${field} ${message}`;
  for (const { name: container, spec } of containersOf(pod)) {
    const image = text(spec.image) ?? '';
    if (!images.has(image)) yield `${name}/${container} runs ${image}, which is not in versions.ts`;
    for (const [kind, resource] of [
      ['requests', 'cpu'],
      ['requests', 'memory'],
      ['limits', 'memory'],
    ] as const) {
      if (dig(spec, 'resources', kind, resource) === undefined)
        yield `${name}/${container} has no ${resource} under resources.${kind}`;
    }
  }
}

/** Hosts that a mirror stands for, wherever they stand: arguments and configuration files too. */
function* hostProblems(manifests: readonly Manifest[], foreign: readonly string[]): Generator<string> {
  const problems: string[] = [];
  for (const manifest of manifests) {
    eachString(manifest, (value, place) => {
      const host = foreign.find((candidate) => value.includes(`${candidate}/`));
      if (host !== undefined)
        problems.push(`${manifest.kind}/${manifest.metadata.name}: ${place.field()} still names ${host}`);
    });
  }
  yield* problems;
}

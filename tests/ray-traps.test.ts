import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LimitRange } from '../imports/k8s.ts';
import type { PodMonitor, PrometheusRule } from '../imports/prometheus-operator.ts';
import { parseQuantity } from '../lib/config/quantity.ts';
import { dig, list, text } from '../lib/kubernetes/read.ts';
import { kuberayKinds } from '../lib/operators/kuberay-kinds.ts';
import { groupKind, type Manifest } from '../lib/platform/manifest-set.ts';
import type { Observed } from '../verify/ray/observed.ts';
import { outcomeOf } from './support/outcome.ts';
import { parsePromql } from './support/promql.ts';
import { ROOT } from './support/shipped.ts';

/* What breaks Ray on Kubernetes and is for no single construct; the others are in lib/constructs/ray/traps.test.ts. */

const manifests: readonly Manifest[] = outcomeOf(ROOT).results.flatMap((result) =>
  [...result.manifests].map(({ manifest }) => manifest),
);
const clusters = manifests.filter((manifest) => groupKind(manifest) in kuberayKinds);
/** The pod templates of Ray, as KubeRay completes them. */
const templatesOf = (manifest: Manifest) => [...(kuberayKinds[groupKind(manifest)]?.templates?.(manifest) ?? [])];

const observed: Observed = JSON.parse(readFileSync(join(ROOT, 'lib/constructs/ray/metrics-observed.json'), 'utf8'));

test('trap 12: alerts name metrics that Ray exports, not those of old documents', () => {
  const named = new Set(
    manifests
      .filter(({ kind }) => kind === 'PrometheusRule')
      .flatMap(({ spec }) => (spec as PrometheusRule['spec']).groups ?? [])
      .flatMap(({ rules = [] }) => rules.flatMap(({ expr }) => parsePromql(String(expr)).selectors))
      .map(({ metric }) => metric)
      .filter((metric) => /^(ray|serve|autoscaler)_/.test(metric)),
  );
  expect([...named].filter((metric) => observed.metrics[metric] === undefined)).toEqual([]);
  expect([...named].sort().join('\n')).toMatchInlineSnapshot(`
"autoscaler_pending_nodes
ray_object_store_memory
ray_placement_groups
ray_resources
ray_serve_deployment_status
ray_serve_http_request_latency_ms_bucket
ray_serve_num_http_requests_total"
`);
  // Names of old documents and samples.
  for (const old of [
    'serve_num_http_requests',
    'ray_serve_num_http_requests',
    'ray_gcs_update_resource_usage_time_bucket',
  ]) {
    expect(Object.keys(observed.metrics)).not.toContain(old);
  }
});

test('trap 13: each port of a head with metrics is scraped, and is one that the head declares', () => {
  const monitors = manifests.filter(({ kind }) => kind === 'PodMonitor');
  const scraped = clusters.flatMap((manifest) => {
    const [head] = templatesOf(manifest);
    const monitor = monitors.find(
      ({ metadata, spec }) =>
        metadata.namespace === manifest.metadata.namespace &&
        Object.entries((spec as PodMonitor['spec']).selector.matchLabels ?? {}).every(
          ([key, value]) => head?.labels[key] === value,
        ),
    );
    if (!monitor) return [];
    const ports = ((monitor.spec as PodMonitor['spec']).podMetricsEndpoints ?? []).map(({ port }) => port);
    const declared = list(dig(head?.spec, 'containers'))
      .flatMap((container) => list(dig(container, 'ports')))
      .map((port) => text(dig(port, 'name')));
    for (const port of ports) expect(declared).toContain(port);
    const scaled = JSON.stringify(manifest.spec).includes('"enableInTreeAutoscaling":true');
    expect(ports).toEqual(scaled ? ['metrics', 'as-metrics', 'dash-metrics'] : ['metrics', 'dash-metrics']);
    return [`${manifest.kind}${scaled ? ', autoscaled' : ''}: ${ports.join(' ')}`];
  });
  expect([...new Set(scraped)].sort().join('\n')).toMatchInlineSnapshot(`
"RayCluster, autoscaled: metrics as-metrics dash-metrics
RayJob: metrics dash-metrics
RayService, autoscaled: metrics as-metrics dash-metrics"
`);
});

/** Why Kubernetes refuses a container in the namespace of a LimitRange. Source: kubernetes.io, "Limit Ranges". */
function refusal(limits: LimitRange['spec'], resources: unknown): string | undefined {
  for (const { type, min = {}, max = {} } of limits?.limits ?? []) {
    if (type !== 'Container') continue;
    for (const resource of ['cpu', 'memory']) {
      const asked = text(dig(resources, 'requests', resource));
      const most = text(dig(resources, 'limits', resource)) ?? asked;
      const [least, greatest] = [min[resource], max[resource]];
      if (asked !== undefined && least !== undefined && parseQuantity(asked) < parseQuantity(String(least)))
        return `${resource} ${asked} is below ${least}`;
      if (most !== undefined && greatest !== undefined && parseQuantity(most) > parseQuantity(String(greatest)))
        return `${resource} ${most} is above ${greatest}`;
    }
  }
  return undefined;
}

test('trap 14: LimitRanges of teams admit the small container that KubeRay puts into workers', () => {
  const seen: string[] = [];
  for (const limitRange of manifests.filter(({ kind }) => kind === 'LimitRange')) {
    const { namespace } = limitRange.metadata;
    for (const manifest of clusters.filter(({ metadata }) => metadata.namespace === namespace)) {
      for (const { spec, field } of templatesOf(manifest)) {
        for (const container of [...list(spec.initContainers), ...list(spec.containers)]) {
          const name = text(dig(container, 'name')) ?? '';
          const resources = dig(container, 'resources');
          const where = `${namespace}/${manifest.metadata.name} ${field} ${name}`;
          expect([where, refusal(limitRange.spec as LimitRange['spec'], resources)]).toEqual([where, undefined]);
          if (name === 'wait-gcs-ready') seen.push(JSON.stringify(dig(resources, 'requests')));
        }
      }
    }
  }
  expect([...new Set(seen)].join('\n')).toMatchInlineSnapshot(`"{"cpu":"200m","memory":"256Mi"}"`);
  // One that asks for more would be noticed.
  const greedy = { limits: [{ type: 'Container', min: { memory: '512Mi' } }] } as LimitRange['spec'];
  expect(refusal(greedy, JSON.parse(`{"requests": ${seen[0]}}`))).toBe('memory 256Mi is below 512Mi');
});

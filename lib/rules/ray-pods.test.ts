import { kuberay } from '../operators/kuberay.ts';
import { containersAreRestricted } from './containers-are-restricted.ts';
import { containersHaveProbes } from './containers-have-probes.ts';
import { containersHaveResources } from './containers-have-resources.ts';
import { ownedFieldsAreLeftOut } from './owned-fields-are-left-out.ts';
import { violationsOf } from './testing.ts';
import { tokensAreMountedForAReason } from './tokens-are-mounted-for-a-reason.ts';

/** What KubeRay adds to pods is held to the rules like what is written. */

const SAFE =
  'securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}';
const POD = `template: {spec: {containers: [{name: ray, image: a, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}, ${SAFE}}]}}`;
const spec = (more: string) =>
  `{rayVersion: 2.56.0, headGroupSpec: {rayStartParams: {}, ${POD}}, workerGroupSpecs: [{groupName: g, ${POD}}], ${more}}`;
const cluster = (more: string) =>
  `{apiVersion: ray.io/v1, kind: RayCluster, metadata: {name: x, namespace: ns}, spec: ${spec(more)}}`;
const AUTOSCALED = 'enableInTreeAutoscaling: true';
const operators = [kuberay];

test('an autoscaler that is not told otherwise may not run in a restricted namespace', () => {
  const found = violationsOf(containersAreRestricted, cluster(AUTOSCALED), { operators });
  expect(found).not.toEqual([]);
  for (const one of found) expect(one).toContain('spec.headGroupSpec.template.spec.containers[1]');
  const told = cluster(`${AUTOSCALED}, autoscalerOptions: {${SAFE}}`);
  expect(violationsOf(containersAreRestricted, told, { operators })).toEqual([]);
});

test('a submitter beside the head can be told nothing, and never may', () => {
  const job = (mode: string) =>
    `{apiVersion: ray.io/v1, kind: RayJob, spec: {submissionMode: ${mode}, rayClusterSpec: ${spec('')}}}`;
  const violations = (mode: string) => violationsOf(containersAreRestricted, job(mode), { operators });
  expect(violations('HTTPMode')).toEqual([]);
  expect(violations('SidecarMode').length).toBeGreaterThan(0);
  expect(violations('K8sJobMode').join()).toContain('spec.submitterPodTemplate');
});

test('what KubeRay adds is watched, or cannot be', () => {
  expect(violationsOf(containersHaveProbes, cluster(AUTOSCALED), { operators })).toEqual([]);
});

test('what KubeRay adds has resources', () => {
  expect(violationsOf(containersHaveResources, cluster(AUTOSCALED), { operators })).toEqual([]);
  const none = cluster(`${AUTOSCALED}, autoscalerOptions: {resources: {}}`);
  expect(violationsOf(containersHaveResources, none, { operators })).not.toEqual([]);
});

test('the autoscaler has a reason for its token; workers have none', () => {
  expect(violationsOf(tokensAreMountedForAReason, cluster(AUTOSCALED), { operators })).toEqual([
    'RayCluster/x: spec.workerGroupSpecs[0].template.spec mounts a token of "default", which no binding gives any right',
  ]);
});

test("replicas are the autoscaler's", () => {
  const written = cluster('').replace('groupName: g', 'groupName: g, replicas: 1');
  expect(violationsOf(ownedFieldsAreLeftOut, written, { operators })).toEqual([
    'RayCluster/x: says .spec.workerGroupSpecs[].replicas, which the Ray autoscaler writes',
  ]);
});

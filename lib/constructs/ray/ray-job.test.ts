import { RayJob } from './ray-job.ts';
import { autoscaled, least, left, rayJob, sharedJob } from './testing.ts';

test('a queue stands on the job itself, and whoever admits it says when it starts', () => {
  const job = rayJob({ queue: 'team' })('RayJob');
  expect(job.metadata.labels).toEqual({ 'kueue.x-k8s.io/queue-name': 'team' });
  expect(job.spec.rayClusterSpec.headGroupSpec.template.metadata.labels).not.toHaveProperty(
    'kueue.x-k8s.io/queue-name',
  );
  expect(job.spec).not.toHaveProperty('suspend');
  expect(left((chart) => new RayJob(chart, 'r', { ...least, name: 'r', entrypoint: 'run', queue: 'team' }))).toEqual([
    'RayJob .spec.suspend: Kueue',
  ]);
  expect(() => rayJob({ queue: 'team', ...autoscaled })).toThrow('which Kueue cannot count');
});

test('the pod that submits is one of the job', () => {
  const { submissionMode, submitterPodTemplate } = rayJob({ podLabels: { team: 'a' } })('RayJob').spec;
  expect(submissionMode).toBe('K8sJobMode');
  expect(submitterPodTemplate.metadata.labels).toEqual({
    'app.kubernetes.io/name': 'kuberay',
    team: 'a',
    'app.kubernetes.io/component': 'submitter',
  });
  expect(submitterPodTemplate.spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: 'tune' });
  // KubeRay writes its command only where there is none.
  expect(submitterPodTemplate.spec.containers[0]).not.toHaveProperty('command');
  expect(rayJob({ submissionMode: 'HTTPMode' })('RayJob').spec).not.toHaveProperty('submitterPodTemplate');
});

test('a job on a cluster that stays leaves it alone', () => {
  const { spec } = sharedJob()('RayJob');
  expect(spec.clusterSelector).toEqual({ 'ray.io/cluster': 'train' });
  // KubeRay refuses each of them together with a selector, or would do what they say to the cluster.
  for (const field of ['rayClusterSpec', 'backoffLimit', 'shutdownAfterJobFinishes', 'ttlSecondsAfterFinished']) {
    expect(spec).not.toHaveProperty(field);
  }
});

test('a runtime environment is text, in order', () => {
  const { spec } = rayJob({ runtimeEnv: { env_vars: { B: 'on', A: '1' } } })('RayJob');
  expect(spec.runtimeEnvYAML).toBe('env_vars:\n  A: "1"\n  B: "on"\n');
});

test('limits are handed on', () => {
  const limits = { activeDeadlineSeconds: 3600, preRunningDeadlineSeconds: 600, backoffLimit: 2, entrypointNumGpus: 1 };
  expect(rayJob({ ...limits, ttlSecondsAfterFinished: 60 })('RayJob').spec).toMatchObject({
    ...limits,
    ttlSecondsAfterFinished: 60,
  });
});

test.each([
  [{ name: 'a'.repeat(48) }, 'name of a RayJob is 48 characters long; at most 47 fit'],
  [{ entrypoint: ' ' }, 'entrypoint is empty'],
  [{ runtimeEnv: { env_vars: { A: 1 } } }, 'runtimeEnv has the variable A with the value 1, which is no text'],
  [{ entrypoint: 'cd app && python a.py' }, 'entrypoint has "&"'],
  [{ entrypoint: 'python a.py $HOME' }, 'entrypoint has "$"'],
  [{ runtimeEnv: { env_vars: { A: '$HOME' } } }, 'runtimeEnv has a "$" or a backquote'],
  [{ activeDeadlineSeconds: 0 }, 'activeDeadlineSeconds is 0'],
])('%j is refused', (props, message) => {
  expect(() => rayJob(props)).toThrow(message);
});

test('without a shell in between, an entrypoint may have what a shell knows', () => {
  const { spec } = rayJob({ submissionMode: 'HTTPMode', entrypoint: 'cd app && python a.py' })('RayJob');
  expect(spec.entrypoint).toBe('cd app && python a.py');
});

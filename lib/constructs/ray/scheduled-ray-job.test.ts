import { breaches } from '../../kubernetes/pod-security.ts';
import { rayJob, scheduledJob } from './testing.ts';

test('one run at a time: the next waits for the Job, and the Job for its RayJob', () => {
  const { spec } = scheduledJob({ timeZone: 'Europe/Berlin' })('CronJob');
  expect(spec).toMatchObject({ schedule: '0 3 * * *', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Forbid' });
});

test('what it makes is the RayJob that it would be without a schedule', () => {
  const { 'ray-job.json': text } = scheduledJob({ queue: 'team' })('ConfigMap').data;
  const made = JSON.parse(text);
  expect(made).toMatchObject({ apiVersion: 'ray.io/v1', kind: 'RayJob' });
  expect(made.metadata).toEqual({ labels: { 'keelson.dev/ray': 'nightly', 'kueue.x-k8s.io/queue-name': 'team' } });
  expect(made.spec).toEqual(rayJob({ name: 'nightly', entrypoint: 'python retrain.py' })('RayJob').spec);
});

test('its pod may make, read and delete RayJobs, and is not the account of those', () => {
  const objects = scheduledJob();
  expect(objects('Role').rules).toEqual([
    { apiGroups: ['ray.io'], resources: ['rayjobs'], verbs: ['create', 'get', 'delete'] },
  ]);
  expect(objects('RoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: 'nightly-schedule' }]);
  const { spec } = objects('CronJob').spec.jobTemplate.spec.template;
  expect(spec).toMatchObject({ serviceAccountName: 'nightly-schedule', automountServiceAccountToken: true });
  expect([...breaches(spec, 'restricted')]).toEqual([]);
});

test('a RayJob that failed is not tried again by the pod that tells of it', () => {
  const { podFailurePolicy } = scheduledJob()('CronJob').spec.jobTemplate.spec;
  expect(podFailurePolicy.rules).toContainEqual({ action: 'FailJob', onExitCodes: { operator: 'In', values: [3] } });
});

test('a name leaves room for the time', () => {
  expect(() => scheduledJob({ name: 'a'.repeat(38) })).not.toThrow();
  expect(() => scheduledJob({ name: 'a'.repeat(39) })).toThrow('39 characters long; at most 38 fit');
});

test.each([
  // A day for a try, and time to tidy up.
  [{}, 86_400 + 600],
  [{ activeDeadlineSeconds: 3600, preRunningDeadlineSeconds: 300 }, 3600 + 300 + 600],
  [{ activeDeadlineSeconds: 3600, backoffLimit: 2 }, 3 * (3600 + 600)],
  [{ activeDeadlineSeconds: 3600, queue: 'team' }, 3600 + 600 + 86_400],
])('with %j a run ends, so that there is a next one', (props, seconds) => {
  const { activeDeadlineSeconds, template } = scheduledJob(props)('CronJob').spec.jobTemplate.spec;
  expect(template.spec.containers[0].env).toContainEqual({ name: 'DEADLINE_SECONDS', value: String(seconds) });
  // The pod deletes the RayJob before Kubernetes deletes the pod.
  expect(activeDeadlineSeconds).toBe(seconds + 600);
});

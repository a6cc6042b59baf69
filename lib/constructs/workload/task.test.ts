import { Testing } from 'cdk8s';
import { ScheduledTask, type ScheduledTaskProps, Task, type TaskProps } from './index.ts';

const base: TaskProps = {
  name: 'app-migrate',
  component: 'app',
  role: 'migrate',
  serviceAccount: 'app',
  user: 1000,
  group: 1000,
  containers: [{ name: 'run', image: 'registry.example.com/app:1', resources: { cpu: '1', memory: '1Gi' } }],
};

const task = (props: Partial<TaskProps> = {}) => {
  const chart = Testing.chart();
  new Task(chart, 'task', { ...base, ...props });
  return Testing.synth(chart)[0];
};

test('a Job is immutable, so a change makes a new one, and only a change does', () => {
  const { name } = task().metadata;
  expect(name).toMatch(/^app-migrate-[0-9a-f]{10}$/);
  expect(task().metadata.name).toBe(name);
  expect(task({ wave: 3 }).metadata.name).toBe(name);
  const [container] = base.containers;
  expect(task({ containers: [{ ...container, args: ['other'] }] }).metadata.name).not.toBe(name);
});

test('a Job never removes itself: Argo CD would make it again and again', () => {
  expect(task().spec).not.toHaveProperty('ttlSecondsAfterFinished');
});

test('a Job is part of what Argo CD compares: a hook that changes alone is never synced', () => {
  expect(Object.keys(task({ wave: 1 }).metadata.annotations)).toEqual(['argocd.argoproj.io/sync-wave']);
});

test('a pod that lost its node has not failed', () => {
  expect(task().spec).toMatchObject({
    backoffLimit: 20,
    podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    template: { spec: { restartPolicy: 'Never', serviceAccountName: 'app' } },
  });
});

test('a program may say that another try is of no use', () => {
  expect(task({ finalExitCodes: [3] }).spec.podFailurePolicy.rules).toEqual([
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { operator: 'In', values: [3] } },
  ]);
});

test('a name that leaves no room for the digest is refused', () => {
  expect(() => task({ name: 'a'.repeat(53) })).toThrow('name of a task is 53 characters long; at most 52 fit');
});

test('a scheduled task runs once at a time, and after an outage too', () => {
  const chart = Testing.chart();
  const props: ScheduledTaskProps = { ...base, name: 'app-gc', role: 'gc', schedule: '0 3 * * *' };
  new ScheduledTask(chart, 'gc', props);
  expect(Testing.synth(chart)).toMatchObject([
    {
      kind: 'CronJob',
      metadata: { name: 'app-gc' },
      spec: {
        schedule: '0 3 * * *',
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 600,
        jobTemplate: { spec: { template: { metadata: { labels: { 'app.kubernetes.io/component': 'gc' } } } } },
      },
    },
  ]);
});

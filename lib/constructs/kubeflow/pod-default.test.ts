import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { KubeflowPodDefault, type KubeflowPodDefaultProps } from './index.ts';

const made = (props: Partial<KubeflowPodDefaultProps> = {}) => {
  const chart = new Chart(new App(), 'test', { namespace: 'team', disableResourceNameHashes: true });
  new KubeflowPodDefault(chart, 'defaults', { name: 'platform', description: 'What there is', ...props });
  return chart.toJson()[0];
};

test('it is for every notebook of its namespace, and for no other pod', () => {
  expect(made()).toEqual({
    apiVersion: 'kubeflow.org/v1alpha1',
    kind: 'PodDefault',
    // Before the notebooks: pods that are there already get nothing of it.
    metadata: { name: 'platform', namespace: 'team', annotations: { 'argocd.argoproj.io/sync-wave': '-1' } },
    spec: { desc: 'What there is', selector: { matchExpressions: [{ key: 'notebook-name', operator: 'Exists' }] } },
  });
});

test('or for those that ask for it by its name', () => {
  expect(made({ selects: 'labelled' })).toMatchObject({ spec: { selector: { matchLabels: { platform: 'true' } } } });
});

test('it gives labels, variables, volumes and an account', () => {
  const login = declaredSecret('login', ['password'], 'a test');
  const { spec } = made({
    labels: { team: 'vision' },
    env: { URL: 'http://a', PASSWORD: SecretRef.to(login, 'password') },
    volumes: [{ claim: 'data', path: '/data', readOnly: true }],
    serviceAccount: 'team',
  });
  expect(spec).toMatchObject({
    labels: { team: 'vision' },
    env: [
      { name: 'URL', value: 'http://a' },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
    ],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data', readOnly: true } }],
    volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }],
    serviceAccountName: 'team',
  });
});

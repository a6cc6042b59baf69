import fc from 'fast-check';
import { imagesIn, looksLikeImage, parseImage } from './image.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test.each([
  ['nginx', undefined, 'nginx', undefined],
  ['nginx:1.25', undefined, 'nginx', '1.25'],
  ['registry:5000/nginx', 'registry:5000', 'nginx', undefined],
  ['registry:5000/nginx:1.25', 'registry:5000', 'nginx', '1.25'],
  ['ghcr.io/mlflow/mlflow:v3.15.1-full', 'ghcr.io', 'mlflow/mlflow', 'v3.15.1-full'],
  ['localhost/app:1', 'localhost', 'app', '1'],
  ['rayproject/ray:2.54.0', undefined, 'rayproject/ray', '2.54.0'],
])('%s is taken apart', (reference, registry, repository, tag) => {
  expect(parseImage(reference)).toEqual({ registry, repository, tag, digest: undefined });
});

test('a digest is not a tag', () => {
  expect(parseImage(`ghcr.io/a/b@${DIGEST}`)).toMatchObject({ tag: undefined, digest: DIGEST });
  expect(parseImage(`ghcr.io/a/b:1@${DIGEST}`)).toMatchObject({ tag: '1', digest: DIGEST });
});

test.each(['', 'UPPER/case:1', 'a b', 'https://ghcr.io/a/b:1', '/usr/bin', 'a:b:c', '${IMAGE}'])(
  '"%s" is no reference',
  (text) => {
    expect(parseImage(text)).toBeUndefined();
  },
);

test.each([
  'ghcr.io/mlflow/mlflow:v3.15.1',
  'ghcr.io/mlflow/mlflow',
  'registry.example.com/team/app:main',
  'registry:5000/app:1.2.3',
  '111122223333.dkr.ecr.eu-central-1.amazonaws.com/app',
  'rayproject/ray:2.54.0-gpu',
  'library/nginx:latest',
  `nginx@${DIGEST}`,
])('%s looks like an image', (word) => expect(looksLikeImage(word)).toBe(true));

test.each([
  'postgres:5432',
  'apps/v1',
  'app.kubernetes.io/name',
  'storage.example.com/bucket/key',
  'mlflow.mlops.svc:5000',
  'arn:aws:iam::111122223333:role/mlflow',
  'and/or',
  'kube-system/coredns:metrics',
  'text/plain',
  '10.0.0.0/8',
  '1.2.3',
])('%s does not look like an image', (word) => expect(looksLikeImage(word)).toBe(false));

test('images are found wherever they stand', () => {
  const object = {
    spec: {
      source: { repoURL: 'docker.io/envoyproxy', chart: 'gateway-helm' },
      imageName: 'postgres:17.4',
      image: { registry: 'quay.io', repository: 'jetstack/cert-manager', tag: 'v1.2.3' },
      containers: [
        {
          image: 'nginx',
          imagePullPolicy: 'IfNotPresent',
          args: ['--sidecar-image=busybox:1.36', '--config=/etc/app', '--proxy=docker.io/envoyproxy/envoy:v1.30'],
          env: [
            { name: 'NOTEBOOK_IMAGE', value: 'jupyter:2024' },
            { name: 'DATABASE', value: 'postgres:5432' },
          ],
        },
      ],
    },
    data: {
      'profiles.yaml': 'default:\n  image: scipy:1.0\n  url: https://quay.io/repository/x:1\n',
      script: 'ctr pull ghcr.io/a/b:1.0; echo "see example.com/docs"',
    },
  };
  expect(imagesIn(object).map(({ field, reference }) => `${field} ${reference}`)).toEqual([
    'spec.imageName postgres:17.4',
    'spec.image.tag quay.io/jetstack/cert-manager:v1.2.3',
    'spec.containers[0].image nginx',
    'spec.containers[0].args[0] busybox:1.36',
    'spec.containers[0].args[2] docker.io/envoyproxy/envoy:v1.30',
    'spec.containers[0].env[0].value jupyter:2024',
    'data.profiles.yaml scipy:1.0',
    'data.script ghcr.io/a/b:1.0',
  ]);
});

test('any text can be looked through', () => {
  fc.assert(fc.property(fc.anything(), (value) => void imagesIn(value)));
});

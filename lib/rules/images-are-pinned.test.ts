import { imagesArePinned } from './images-are-pinned.ts';
import { violationsOf } from './testing.ts';

const pod = (image: string) =>
  `{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, image: "${image}"}], initContainers: [{name: i, image: "a/b:1.2.3"}]}}`;

test.each(['nginx:1.25.3', 'registry:5000/nginx:1', `registry:5000/nginx@sha256:${'0'.repeat(64)}`])(
  '%s is pinned',
  (image) => {
    expect(violationsOf(imagesArePinned, pod(image))).toEqual([]);
  },
);

test.each([
  ['nginx', 'names the image "nginx" without a tag'],
  ['registry:5000/nginx', 'names the image "registry:5000/nginx" without a tag'],
  ['nginx:latest', 'names the image "nginx:latest", whose tag moves'],
  ['ghcr.io/a/b:main', 'names the image "ghcr.io/a/b:main", whose tag moves'],
])('%s is not', (image, says) => {
  expect(violationsOf(imagesArePinned, pod(image))).toEqual([`Pod/x: spec.containers[0].image ${says}`]);
});

test('what is no reference is no image', () => {
  expect(violationsOf(imagesArePinned, pod('My Image'))).toEqual([
    'Pod/x: spec.containers[0].image is "My Image", which is no image reference',
  ]);
});

test('custom resources and ConfigMaps are looked through too', () => {
  const yaml = `
{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, spec: {imageName: ghcr.io/cloudnative-pg/postgresql}}
---
{apiVersion: v1, kind: ConfigMap, data: {profiles: "image: jupyter/base:latest"}}`;
  expect(violationsOf(imagesArePinned, yaml)).toEqual([
    'Cluster/x: spec.imageName names the image "ghcr.io/cloudnative-pg/postgresql" without a tag',
    'ConfigMap/x: data.profiles names the image "jupyter/base:latest", whose tag moves',
  ]);
});

import { imagesComeFromVersions } from './images-come-from-versions.ts';
import { violationsOf } from './testing.ts';

const pod = (spec: string) => `{apiVersion: v1, kind: Pod, spec: {containers: [{${spec}}]}}`;

test('images of versions.ts may stand anywhere', () => {
  const known = 'registry.example.com/app:1.2.3';
  expect(violationsOf(imagesComeFromVersions, pod(`image: "${known}", args: ["--image=${known}"]`))).toEqual([]);
});

test.each([
  ['image: "registry.example.com/app:1.2.4"', 'spec.containers[0].image', 'registry.example.com/app:1.2.4'],
  ['args: ["--worker-image=busybox:1.36"]', 'spec.containers[0].args[0]', 'busybox:1.36'],
  ['env: [{name: SIDECAR_IMAGE, value: "busybox:1.36"}]', 'spec.containers[0].env[0].value', 'busybox:1.36'],
  ['command: [sh, -c, "run quay.io/a/b:2"]', 'spec.containers[0].command[2]', 'quay.io/a/b:2'],
])('%s comes from elsewhere', (spec, field, image) => {
  expect(violationsOf(imagesComeFromVersions, pod(spec))).toEqual([
    `Pod/x: ${field} names the image "${image}", which is not one of the platform's`,
  ]);
});

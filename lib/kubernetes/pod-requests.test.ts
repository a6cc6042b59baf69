import { podRequests } from './pod-requests.ts';

const container = (requests: object, limits: object = {}) => ({ name: 'c', resources: { requests, limits } });
const asked = (spec: object) => Object.fromEntries(podRequests({ ...spec }));

test('containers of a pod count together', () => {
  const containers = [container({ cpu: '500m', memory: '1Gi' }), container({ cpu: 1, memory: '1Gi' })];
  expect(asked({ containers })).toEqual({ cpu: 1.5, memory: 2 * 2 ** 30 });
});

test('init containers run one after the other, before the others', () => {
  const containers = [container({ cpu: '200m' })];
  expect(asked({ initContainers: [container({ cpu: 1 }), container({ cpu: 2 })], containers })).toEqual({ cpu: 2 });
  expect(asked({ initContainers: [container({ cpu: '100m' })], containers })).toEqual({ cpu: 0.2 });
});

test('sidecars count with the containers, and with init containers after them', () => {
  const sidecar = { ...container({ cpu: 1 }), restartPolicy: 'Always' };
  expect(asked({ initContainers: [sidecar], containers: [container({ cpu: 1 })] })).toEqual({ cpu: 2 });
  expect(asked({ initContainers: [sidecar, container({ cpu: 3 })], containers: [container({ cpu: 1 })] })).toEqual({
    cpu: 4,
  });
});

test('a limit without a request is a request, as for devices', () => {
  expect(asked({ containers: [container({ cpu: 1 }, { cpu: 2, 'nvidia.com/gpu': '1' })] })).toEqual({
    cpu: 1,
    'nvidia.com/gpu': 1,
  });
});

test('what the runtime takes beside the containers counts too', () => {
  expect(asked({ overhead: { cpu: '250m' }, containers: [container({ cpu: 1 })] })).toEqual({ cpu: 1.25 });
});

import { node } from '../graph/testing.ts';
import { monitorsOf } from './monitors.ts';

const http = { name: 'http', port: 5000 };

test('a component without metrics has no monitor', () => {
  expect(monitorsOf(node('a'), 'kps')).toEqual([]);
});

test('ports scraped in the same way share a monitor', () => {
  const [monitor, ...others] = monitorsOf(
    node('a', {
      metrics: [
        { via: 'pod', port: http },
        { via: 'pod', port: { name: 'scaler', port: 44217 }, path: '/m', honorLabels: true },
      ],
    }),
    'kps',
  );
  expect(others).toEqual([]);
  expect(monitor).toMatchObject({
    kind: 'PodMonitor',
    metadata: { labels: { release: 'kps' } },
    spec: {
      podMetricsEndpoints: [
        { port: 'http', path: '/metrics' },
        { port: 'scaler', path: '/m', honorLabels: true },
      ],
    },
  });
});

test('monitors of one component have names of their own', () => {
  const names = monitorsOf(
    node('a', {
      metrics: [
        { via: 'service', port: http },
        { via: 'pod', port: { name: 'side', port: 1 } },
      ],
    }),
    'kps',
  ).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).toEqual(['ServiceMonitor a', 'PodMonitor a-side']);
});

test('labels of pods become labels of their series', () => {
  const [monitor] = monitorsOf(
    node('a', { metrics: [{ via: 'pod', port: http, podTargetLabels: ['ray.io/cluster'] }] }),
    'kps',
  );
  expect(monitor?.spec).toMatchObject({ podTargetLabels: ['ray.io/cluster'] });
});

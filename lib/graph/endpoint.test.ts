import { serviceHost, serviceHosts } from './endpoint.ts';

const mlflow = { service: 'mlflow', namespace: 'prod-tracking' };

test('clients use a name that resolves from every namespace', () => {
  expect(serviceHost(mlflow)).toBe('mlflow.prod-tracking.svc');
});

test('a server knows every name it may be called by', () => {
  expect(serviceHosts(mlflow)).toEqual([
    'mlflow',
    'mlflow.prod-tracking',
    'mlflow.prod-tracking.svc',
    'mlflow.prod-tracking.svc.cluster.local',
  ]);
});

import { allowedHosts, allowedOrigins } from './hosts.ts';

const hosts = (more: Partial<Parameters<typeof allowedHosts>[0]> = {}) =>
  allowedHosts({ names: ['mlflow', 'mlflow.ml.svc'], port: 5000, publicUrl: undefined, jobs: false, ...more }).split(
    ',',
  );

test('MLflow compares the whole header: each name stands with and without its port', () => {
  expect(hosts()).toEqual(expect.arrayContaining(['mlflow', 'mlflow:5000', 'mlflow.ml.svc', 'mlflow.ml.svc:5000']));
});

test('Prometheus scrapes by the address of the pod, which is allowed; names that look like addresses are not', () => {
  expect(hosts()).toEqual(expect.arrayContaining(['$(POD_IP):5000', '[$(POD_IP)]:5000']));
  expect(hosts().filter((host) => host.includes('*'))).toEqual(['localhost:*', '127.0.0.1:*']);
});

test('the public host stands as browsers write it, and with the port of its scheme', () => {
  expect(hosts({ publicUrl: 'https://mlflow.example.com/' }).slice(-2)).toEqual([
    'mlflow.example.com',
    'mlflow.example.com:443',
  ]);
  expect(hosts({ publicUrl: 'http://mlflow.localhost:8080' }).slice(-1)).toEqual(['mlflow.localhost:8080']);
});

test('jobs call the address that the server is bound to', () => {
  expect(hosts({ jobs: true })).toContain('0.0.0.0:5000');
  expect(hosts()).not.toContain('0.0.0.0:5000');
});

test('the public origin may change things', () => {
  expect(allowedOrigins('https://mlflow.example.com/path')).toBe('https://mlflow.example.com');
  expect(allowedOrigins(undefined)).toBeUndefined();
});

import { node, offers } from '../graph/testing.ts';
import { publicUrl, routesOf } from './routes.ts';

const role = { gateway: 'main', listener: 'https', scheme: 'https', domain: 'ml.example.com' } as const;

test.each([
  [{ offer: 'http', host: 'mlflow' }, role, 'https://mlflow.ml.example.com'],
  [{ offer: 'http', host: 'api', path: '/serve' }, role, 'https://api.ml.example.com/serve'],
  [
    { offer: 'http', host: 'mlflow', path: '/' },
    { ...role, scheme: 'http', publicPort: 8080 } as const,
    'http://mlflow.ml.example.com:8080',
  ],
])('the URL people type: %#', (exposure, gateway, url) => {
  expect(publicUrl(exposure, gateway)).toBe(url);
});

test('exposing what is not offered is a mistake of the component', () => {
  const component = node('a', { exposes: [{ offer: 'http', host: 'a' }] });
  expect(() => routesOf(component, node('gateway', { gateway: role }))).toThrow(
    'a exposes "http", which it does not offer',
  );
});

test('each exposure is a route of its own', () => {
  const component = node('a', {
    offers: { http: offers('web'), grpc: offers('rpc', { service: 'a-rpc' }) },
    exposes: [
      { offer: 'http', host: 'a' },
      { offer: 'grpc', host: 'rpc' },
    ],
  });
  expect(routesOf(component, node('gateway', { gateway: role })).map(({ metadata }) => metadata.name)).toEqual([
    'a',
    'a-grpc',
  ]);
});

import { node, offers } from '../graph/testing.ts';
import { publicUrl, routeProblems, routesOf } from './routes.ts';

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

describe('components that share host and path by weight', () => {
  const serving = (name: string, weight: number, more = {}) =>
    node(name, {
      offers: { http: offers('web', { service: `${name}-serve-svc` }) },
      exposes: [{ offer: 'http', host: 'api', path: '/fraud', stripPath: true, weight }],
      ...more,
    });
  const gateway = node('gateway', { gateway: role });

  test('have one route, and see paths as if they were alone', () => {
    const both = [serving('fraud', 90), serving('fraud-next', 10)];
    const [route, ...others] = both.flatMap((component) => routesOf(component, gateway, both));
    expect(others).toEqual([]);
    expect(route?.metadata.name).toBe('api-fraud');
    expect(route?.spec).toMatchObject({
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/fraud' } }],
          filters: [{ type: 'URLRewrite', urlRewrite: { path: { replacePrefixMatch: '/' } } }],
          backendRefs: [
            { name: 'fraud-serve-svc', weight: 90 },
            { name: 'fraud-next-serve-svc', weight: 10 },
          ],
        },
      ],
    });
    expect([...routeProblems(both)]).toEqual([]);
  });

  test('have one in each namespace: a route cannot lead into another one without its consent', () => {
    const both = [serving('fraud', 1), serving('other', 1, { namespace: 'elsewhere' })];
    expect([...routeProblems(both)].map(({ message }) => message)).toEqual([
      'other and fraud would both answer for /fraud of api; give one of them another name or path',
    ]);
  });

  test('have it where the owner of the namespace is, whoever of them comes or goes', () => {
    const team = node('team-a', { ownsNamespace: true });
    const written = (...serving: ReturnType<typeof node>[]) =>
      [team, ...serving].map((component) => routesOf(component, gateway, [...serving, team]).length);
    expect(written(serving('fraud', 90), serving('a-next', 10))).toEqual([1, 0, 0]);
    expect(written(serving('a-next', 10))).toEqual([1, 0]);
  });

  test('agree about its timeout, and let somebody answer', () => {
    const timed = (name: string, timeout: string) => {
      const component = serving(name, 1);
      return { ...component, exposes: component.exposes?.map((one) => ({ ...one, timeout })) ?? [] };
    };
    const said = (...components: ReturnType<typeof node>[]) =>
      [...routeProblems(components)].map(({ message }) => message);
    expect(said(timed('fraud', '60s'), timed('next', '10m'))).toEqual([
      'next and fraud share a route, which has one timeout: 10m is not 60s; give both the same',
    ]);
    expect(said(serving('fraud', 0), serving('next', 1))).toEqual([]);
    expect(said(serving('fraud', 0), serving('next', 0))).toEqual([
      'nobody answers for /fraud of api: every weight of fraud and next is 0; give one of them more',
    ]);
  });

  test('all do: who is alone behind a path has not agreed', () => {
    const alone = node('alone', {
      offers: { http: offers('web') },
      exposes: [{ offer: 'http', host: 'api', path: '/fraud' }],
    });
    expect([...routeProblems([serving('fraud', 1), alone])]).toHaveLength(1);
  });
});

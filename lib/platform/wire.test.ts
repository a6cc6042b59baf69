import type { AnyComponent } from '../components/component.ts';
import { credential, generated } from '../graph/credential.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { external, needs, node, offers } from '../graph/testing.ts';
import { wire } from './wire.ts';

const component = (...args: Parameters<typeof node>): AnyComponent => ({ ...node(...args), build: () => undefined });
const password = credential({ keys: { password: generated() }, why: 'login' });
const gateway = component('gateway', {
  gateway: { gateway: 'main', listener: 'https', scheme: 'https', domain: 'ml.example.com' },
});

test('a need becomes what its provider hands out', () => {
  const mlflow = component('mlflow', {
    namespace: 'tracking',
    needs: { store: needs('sql'), cache: needs('cache', { optional: true }) },
  });
  const postgres = component('postgres', {
    namespace: 'data',
    offers: {
      sql: offers('sql', {
        service: 'postgres-rw',
        ports: [{ name: 'sql', port: 5432 }],
        credential: () => password,
        handle: (context) => context,
      }),
    },
  });
  expect(wire(mlflow, new ServiceGraph([mlflow, postgres])).needs).toEqual({
    cache: undefined,
    store: {
      ask: {},
      consumer: { name: 'mlflow', namespace: 'tracking' },
      endpoint: { host: 'postgres-rw.data.svc', port: 5432 },
      secret: { name: 'mlflow-store', keys: ['password'], madeBy: 'credential "mlflow-store": login' },
      publicUrl: undefined,
    },
  });
});

test('a provider sees everyone who asks, with what and under which Secret', () => {
  const mlflow = component('mlflow', {
    namespace: 'tracking',
    needs: { store: needs('sql', { ask: { database: 'mlflow' } }) },
  });
  const postgres = component('postgres', {
    offers: { sql: offers('sql', { credential: () => password }), spare: offers('other') },
  });
  expect(wire(postgres, new ServiceGraph([mlflow, postgres])).consumers).toMatchObject({
    sql: [{ name: 'mlflow', namespace: 'tracking', ask: { database: 'mlflow' }, secret: { name: 'mlflow-store' } }],
    spare: [],
  });
});

test('an offer knows every name it is reached by, from outside too when it is exposed', () => {
  const mlflow = component('mlflow', {
    namespace: 'tracking',
    offers: { http: offers('web') },
    exposes: [{ offer: 'http', host: 'mlflow' }],
  });
  const { http } = wire(mlflow, new ServiceGraph([mlflow, gateway])).offers;
  expect(http).toMatchObject({ publicHost: 'mlflow.ml.example.com', publicUrl: 'https://mlflow.ml.example.com' });
  expect(http?.hosts).toContain('mlflow.tracking.svc.cluster.local');
  expect(wire(mlflow, new ServiceGraph([mlflow])).offers.http?.publicUrl).toBeUndefined();
});

test('a managed service is reached by its own host', () => {
  const mlflow = component('mlflow', { needs: { store: needs('sql') } });
  const rds = external('sql', {
    host: 'db.example.com',
    offer: offers('sql', { ports: [{ name: 'sql', port: 5432 }] }),
  });
  expect(wire(mlflow, new ServiceGraph([mlflow], [rds])).needs).toEqual({
    store: { host: 'db.example.com', port: 5432 },
  });
});

test('a provider knows where browsers find those who ask, to send them back there', () => {
  const hub = component('hub', {
    needs: { signIn: needs('oidc') },
    offers: { web: offers('web'), api: offers('api') },
    exposes: [
      { offer: 'web', host: 'hub' },
      { offer: 'api', host: 'hub', path: '/api' },
    ],
  });
  const dex = component('dex', { offers: { oidc: offers('oidc') } });
  const urls = (...others: AnyComponent[]) =>
    wire(dex, new ServiceGraph([hub, dex, ...others])).consumers.oidc?.map(({ publicUrls }) => publicUrls);
  expect(urls(gateway)).toEqual([['https://hub.ml.example.com', 'https://hub.ml.example.com/api']]);
  expect(urls()).toEqual([[]]);
});

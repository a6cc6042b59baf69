import { App, Chart } from 'cdk8s';
import { JupyterHub } from './jupyter-hub.ts';
import type { JupyterHubProps } from './props.ts';
import { DATABASE, PROPS } from './testing.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
const build = (more: Partial<JupyterHubProps> = {}, namespace: string | undefined = 'hub'): any[] => {
  const chart = new Chart(new App(), 'test', { ...(namespace && { namespace }), disableResourceNameHashes: true });
  new JupyterHub(chart, 'hub', { ...PROPS, ...more });
  return chart.toJson();
};
const find = (kind: string, name: string, more: Partial<JupyterHubProps> = {}, namespace = 'hub') =>
  build(more).find((o) => o.kind === kind && o.metadata.name === name && o.metadata.namespace === namespace);
const settings = (more: Partial<JupyterHubProps> = {}) =>
  JSON.parse(find('ConfigMap', 'jupyterhub-hub', more).data['settings.json']);

test.each(['jupyterhub', 'jupyterhub-proxy'])('%s is one pod, and never two', (name) => {
  expect(find('Deployment', name).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
});

test('what is secret is in variables, and in no ConfigMap or argument', () => {
  const { env, args } = find('Deployment', 'jupyterhub').spec.template.spec.containers[0];
  const secret = [
    'PGPASSWORD',
    'COOKIE_SECRET',
    'JUPYTERHUB_CRYPT_KEY',
    'CONFIGPROXY_AUTH_TOKEN',
    'OIDC_CLIENT_SECRET',
  ];
  for (const name of secret) {
    expect(env).toContainEqual({ name, valueFrom: { secretKeyRef: expect.anything() } });
  }
  expect(args).toEqual(['jupyterhub', '--config', '/etc/jupyterhub/jupyterhub_config.py']);
});

test('the hub alone holds a token of the Kubernetes API', () => {
  const mounted = (name: string) => find('Deployment', name).spec.template.spec.automountServiceAccountToken;
  expect([mounted('jupyterhub'), mounted('jupyterhub-proxy')]).toEqual([true, false]);
});

test('in each namespace of a team, and in no other, the hub may do what it needs and read no Secret', () => {
  const roles = build().filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
  expect(roles.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
    'Role team-ranking',
    'Role team-vision',
  ]);
  for (const { rules } of roles) {
    const given = rules.flatMap((rule: { resources: string[]; verbs: string[] }) =>
      rule.resources.map((resource) => `${resource}: ${rule.verbs.join(' ')}`),
    );
    expect(given).toEqual([
      'pods: list watch create delete',
      'persistentvolumeclaims: get create',
      'secrets: create delete',
      'events: list watch',
      'resourcequotas: get',
      'configmaps: get',
    ]);
  }
  expect(find('RoleBinding', 'jupyterhub', {}, 'team-vision').subjects).toEqual([
    { kind: 'ServiceAccount', name: 'jupyterhub', namespace: 'hub' },
  ]);
});

test('servers find what ends them in time in their own namespace', () => {
  expect(Object.keys(find('ConfigMap', 'jupyterhub-session', {}, 'team-vision').data)).toEqual([
    'jupyter_server_config.py',
    'keelson_session.py',
  ]);
});

test('hub, proxy and servers find each other by names that hold in every namespace', () => {
  expect(settings().hub).toEqual({
    port: 8081,
    connectUrl: 'http://jupyterhub.hub.svc:8081',
    proxyApiUrl: 'http://jupyterhub-proxy.hub.svc:8001',
    publicUrl: 'https://notebooks.ml.example.com/',
  });
});

test('the provider sends browsers back to the public address', () => {
  expect(settings().oidc.callbackUrl).toBe('https://notebooks.ml.example.com/hub/oauth_callback');
});

test('without a gateway the hub goes by the address that the browser used', () => {
  const { publicUrl: _, ...rest } = PROPS;
  const chart = new Chart(new App(), 'test', { namespace: 'hub', disableResourceNameHashes: true });
  new JupyterHub(chart, 'hub', rest);
  const map = chart.toJson().find(({ metadata }) => metadata.name === 'jupyterhub-hub');
  const { hub, oidc } = JSON.parse(map.data['settings.json']);
  expect([hub.publicUrl, oidc.callbackUrl]).toEqual([undefined, undefined]);
});

test('a database that shows a certificate is held to it', () => {
  const secured: JupyterHubProps['database'] = {
    endpoint: DATABASE.endpoint,
    database: DATABASE.database,
    user: DATABASE.user,
    password: DATABASE.password,
    sslMode: 'verify-full',
    authority: 'PEM',
  };
  const { env } = find('Deployment', 'jupyterhub', { database: secured }).spec.template.spec.containers[0];
  expect(env).toContainEqual({ name: 'PGSSLROOTCERT', value: '/etc/jupyterhub-database/authority.pem' });
  expect(find('ConfigMap', 'jupyterhub-database', { database: secured }).data).toEqual({ 'authority.pem': 'PEM' });
});

describe('is refused:', () => {
  test.each([
    ['a profile without a size', { profiles: [{ ...PROPS.profiles[0], sizes: [] }] }, 'profile "minimal" has no size'],
    [
      'a profile with a size that there is not',
      { profiles: [{ ...PROPS.profiles[0], sizes: ['huge'] }] },
      'profile "minimal" has a size "huge" that there is not; there is small, a10g',
    ],
    ['a hub with nothing to start', { profiles: [] }, 'there is no profile'],
  ])('%s', (_, more, message) => {
    expect(() => build(more as Partial<JupyterHubProps>)).toThrow(message);
  });

  test('a chart without a namespace', () => {
    expect(() => {
      new JupyterHub(new Chart(new App(), 'test'), 'hub', PROPS);
    }).toThrow('names no namespace');
  });
});

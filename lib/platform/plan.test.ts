import { type Environment, SCHEMAS } from './environment-schema.ts';
import { plan } from './plan.ts';

const environment = (name: string, more: object = {}, cluster: object = {}): Environment => {
  const file = `environments/${name}/environment.yaml`;
  const config = SCHEMAS.environment.parse({
    namespacePrefix: `${name}-`,
    cluster: {
      name: 'shared',
      provider: 'kind',
      kubernetesVersion: '1.34',
      domain: `${name}.example.com`,
      nodePools: [{ name: 'general', instanceType: 'any', cpu: '8', memory: '32Gi', min: 1, max: 1 }],
      ...cluster,
    },
    argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
    ...more,
  });
  return { name, file, config, teams: [], sealedSecrets: {}, files: [file] };
};
const database = { components: { secrets: { source: 'generated' }, postgres: {} } };
const installed = (...[first, ...others]: [Environment, ...Environment[]]) =>
  plan(first, others).installed.map(({ name }) => name);

test('an environment installs the operators that its components need, and no others', () => {
  expect(installed(environment('dev', database))).toEqual(['cloudnative-pg', 'external-secrets']);
});

test('it installs those of environments that leave theirs to it, which install none', () => {
  const staging = environment('staging', { ...database, operators: { providedBy: 'dev' } });
  expect(installed(environment('dev'), staging)).toEqual(['cloudnative-pg', 'external-secrets']);
  expect(installed(staging)).toEqual([]);
});

test('the kinds of monitors are left to the stack that brings them, unless somebody on the cluster asks for them', () => {
  const monitored = (name: string, kinds?: string) =>
    environment(name, {
      ...database,
      monitoring: { namespace: 'monitoring', release: 'kps', ...(kinds && { kinds }) },
    });
  expect(installed(monitored('dev'))).not.toContain('prometheus-operator-crds');
  expect(installed(monitored('dev', 'install'))).toContain('prometheus-operator-crds');
  expect(installed(environment('dev'), monitored('staging', 'install'))).toContain('prometheus-operator-crds');
});

test('a cluster that is too old for an operator is told so, at its version', () => {
  expect(plan(environment('dev', database, { kubernetesVersion: '1.28' })).problems).toMatchObject([
    {
      path: ['cluster', 'kubernetesVersion'],
      message: expect.stringContaining(
        '1.28 is too old for operators that this environment needs: "cloudnative-pg" (1.29); upgrade',
      ),
    },
  ]);
});

test('credentials that nobody provides are asked for', () => {
  const { problems } = plan(environment('dev', { components: { minio: { servers: 1 } } }));
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('enable components.secrets')]);
});

import { SCHEMAS } from './environment-schema.ts';
import { missingOperatorProblems } from './shared-operators.ts';

const config = (operators: unknown) =>
  SCHEMAS.environment.parse({
    operators,
    cluster: {
      name: 'shared',
      provider: 'kind',
      kubernetesVersion: '1.34',
      domain: 'example.com',
      nodePools: [{ name: 'general', instanceType: 'any', cpu: '8', memory: '32Gi', min: 1, max: 1 }],
    },
    argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
  });
const file = 'environments/staging/environment.yaml';
const staging = (operators: unknown) => ({
  environment: { name: 'staging', file, config: config(operators), teams: [], sealedSecrets: {}, files: [file] },
  operators: ['cert-manager', 'cloudnative-pg'],
});

test('operators that the other environment does not install are missing, each at the line that relies on it', () => {
  expect(missingOperatorProblems(staging({ providedBy: 'dev' }), new Set(['cert-manager']))).toEqual([
    {
      file,
      path: ['operators', 'providedBy'],
      at: 'value',
      message:
        'dev does not install "cloudnative-pg", which components of this environment need; enable a component there that needs it too, or install the operators here',
    },
  ]);
});

test('nothing is missing where the other installs all, or where the environment installs its own', () => {
  expect(missingOperatorProblems(staging({ providedBy: 'dev' }), new Set(['cert-manager', 'cloudnative-pg']))).toEqual(
    [],
  );
  expect(missingOperatorProblems(staging('install'), new Set())).toEqual([]);
});

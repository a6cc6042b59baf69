import { noSecretObjects } from './no-secret-objects.ts';
import { violationsOf } from './testing.ts';

test('Secrets are made in the cluster, not written', () => {
  expect(violationsOf(noSecretObjects, '{apiVersion: v1, kind: Secret}')).toEqual([
    'Secret/x: is a Secret, and dist/ is committed',
  ]);
  expect(violationsOf(noSecretObjects, '{apiVersion: external-secrets.io/v1, kind: ExternalSecret}')).toEqual([]);
});

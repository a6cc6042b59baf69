import { cidr, kubernetesName, port } from '../config/scalars.ts';
import { providerOf } from './index.ts';
import { PROVIDERS } from './provider.ts';

test.each(PROVIDERS)('%s is found by its name, and its facts could stand in an environment', (name) => {
  const provider = providerOf(name);
  expect(provider.name).toBe(name);
  for (const range of provider.apiServer.cidrs) expect(cidr.safeParse(range).error).toBeUndefined();
  expect(port.safeParse(provider.apiServer.port).error).toBeUndefined();
  for (const storageClass of Object.values(provider.storageClasses)) {
    if (storageClass !== undefined) expect(kubernetesName.safeParse(storageClass).error).toBeUndefined();
  }
});

test('clouds give pods an identity through their ServiceAccount, laptops do not', () => {
  expect(PROVIDERS.filter((name) => providerOf(name).workloadIdentity === undefined)).toEqual(['kind', 'minikube']);
  const role = 'arn:aws:iam::111122223333:role/mlflow';
  expect(providerOf('eks').workloadIdentity?.(role)).toEqual({
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': role },
    podLabels: {},
  });
});

test('AKS mounts no token into a pod without the label', () => {
  const identity = providerOf('aks').workloadIdentity?.('00000000-0000-0000-0000-000000000000');
  expect(identity?.podLabels).toEqual({ 'azure.workload.identity/use': 'true' });
});

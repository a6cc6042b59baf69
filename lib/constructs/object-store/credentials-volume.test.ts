import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { credentialsVolume } from './credentials-volume.ts';

test("each bucket's keys are two files, which only the pod's group can read", () => {
  const secret = declaredSecret('mlflow-artifacts', ['id', 'key'], 'test');
  const keys = { accessKeyId: SecretRef.to(secret, 'id'), secretAccessKey: SecretRef.to(secret, 'key') };
  expect(credentialsVolume('credentials', [{ name: 'mlflow', keys }])).toEqual({
    name: 'credentials',
    projected: {
      defaultMode: 0o440,
      sources: [
        { secret: { name: 'mlflow-artifacts', items: [{ key: 'id', path: 'mlflow/access-key-id' }] } },
        { secret: { name: 'mlflow-artifacts', items: [{ key: 'key', path: 'mlflow/secret-access-key' }] } },
      ],
    },
  });
});

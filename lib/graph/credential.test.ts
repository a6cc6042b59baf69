import { declaredSecret, SecretRef } from './credential.ts';

const secret = declaredSecret('mlflow-database', ['username', 'password'], 'credential of mlflow');

test('a reference is a name and a key, and nothing else', () => {
  const ref = SecretRef.to(secret, 'password');
  expect(ref.valueFrom).toEqual({ secretKeyRef: { name: 'mlflow-database', key: 'password' } });
  expect(ref.selector).toEqual({ name: 'mlflow-database', key: 'password' });
});

test('what would be a mistake does not compile', () => {
  const take = (ref: SecretRef) => ref;
  // @ts-expect-error a key that the Secret does not have
  SecretRef.to(secret, 'passwort');
  // @ts-expect-error a literal where a reference belongs
  take('hunter2');
  // @ts-expect-error an object that looks like a reference
  take({
    name: 'a',
    key: 'b',
    valueFrom: { secretKeyRef: { name: 'a', key: 'b' } },
    selector: { name: 'a', key: 'b' },
  });
  // @ts-expect-error only a declared Secret makes references
  expect(() => new SecretRef('a', 'b')).not.toThrow();
});

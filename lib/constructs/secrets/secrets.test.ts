import { credential, generated, publicKey } from '../../graph/credential.ts';
import { generatedSecret, sealedSecret, secretStore } from './index.ts';
import { goText, templatedKey } from './template.ts';

test('a public value that looks like a template is printed as it is', () => {
  expect(goText('{{ .password }}')).toBe('{{ "{{ .password }}" }}');
  const spec = credential({ keys: { greeting: publicKey('{{hi}}'), password: generated() }, why: 'test' });
  const sealed = sealedSecret({ name: 'a', namespace: 'b', spec, encryptedData: { password: 'AgA' } });
  expect(sealed.spec?.template?.data).toEqual({ greeting: '{{ "{{hi}}" }}' });
});

test('keys that are no identifiers are looked up by index', () => {
  expect(templatedKey('root-password', generated())).toBe('{{ index . "root-password" }}');
  expect(templatedKey('password', generated())).toBe('{{ .password }}');
});

test('an odd number of hexadecimal digits cannot be generated', () => {
  const spec = credential({ keys: { salt: generated(33, 'hex') }, why: 'test' });
  expect(() => generatedSecret({ name: 'a', namespace: 'b', spec })).toThrow('make it even');
});

test('the CA of a private Vault goes into the store', () => {
  const [store] = secretStore({
    name: 'credentials',
    namespace: 'data',
    store: {
      provider: 'vault',
      server: 'https://vault.example.com',
      path: 'secret',
      authPath: 'kubernetes',
      role: 'keelson',
      ca: 'PEM',
    },
  });
  expect(store.spec.provider?.vault?.caBundle).toBe('UEVN');
});

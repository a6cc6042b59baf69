import { testContext } from '../platform/testing.ts';
import { environmentContext } from './context.ts';
import { environmentSchemaOf } from './environment.ts';

const settings = {
  cluster: {
    name: 'test',
    provider: 'kind',
    kubernetesVersion: '1.34',
    domain: 'ml.example.com',
    registryMirror: 'mirror.example.com',
    nodePools: [{ name: 'general', instanceType: 'any', cpu: '8', memory: '32Gi', min: 1, max: 1 }],
  },
  argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
};
const schema = environmentSchemaOf([], []);
const contextOf = (images: object) =>
  environmentContext({ name: 'test', sealedSecrets: {}, config: schema.parse({ ...settings, images }) });

test('an image is the platform’s, through the mirror, unless the environment has its own', () => {
  const context = contextOf({ ray: 'registry.example.com/ml/ray:2.60.0-hardened' });
  expect(context.image('ray')).toBe('registry.example.com/ml/ray:2.60.0-hardened');
  expect(context.image('ray-gpu')).toMatch(/^mirror\.example\.com\/rayproject\/ray:/);
  expect(testContext().image('ray')).toMatch(/^docker\.io\/rayproject\/ray:/);
});

test.each([
  ['an image that the platform does not know', { rya: 'registry.example.com/ray:1' }],
  ['one without a tag', { ray: 'registry.example.com/ray' }],
])('%s is refused', (_, images) => expect(schema.safeParse({ ...settings, images }).success).toBe(false));

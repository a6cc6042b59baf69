import { hasPath } from './jq-path.ts';

const object = {
  spec: { replicas: 2, webhooks: [{ clientConfig: {} }, { clientConfig: { caBundle: 'x' } }] },
  metadata: { annotations: { 'a.example/b': 'c' } },
};

test.each([
  '.spec.replicas',
  '.spec.webhooks[].clientConfig.caBundle',
  '.spec.webhooks[]?.clientConfig',
  '.metadata.annotations["a.example/b"]',
  '.metadata.annotations."a.example/b"',
])('%s is there', (path) => expect(hasPath(object, path)).toBe(true));

test.each(['.spec.suspend', '.spec.replicas.x', '.spec.webhooks[].url', '.status', '.spec[].x', '.toString'])(
  '%s is not',
  (path) => expect(hasPath(object, path)).toBe(false),
);

test('other jq is refused', () => {
  expect(() => hasPath(object, '.spec | keys')).toThrow('".spec | keys" is not understood from " | keys" on');
});

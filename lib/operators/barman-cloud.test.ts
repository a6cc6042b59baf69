import type { Manifest } from '../platform/manifest-set.ts';
import { testContext } from '../platform/testing.ts';
import { barmanCloud } from './barman-cloud.ts';
import { requiredOperators } from './required.ts';

const store = (configuration: object): Manifest => ({
  apiVersion: 'barmancloud.cnpg.io/v1',
  kind: 'ObjectStore',
  metadata: { name: 'postgres', namespace: 'data' },
  spec: { configuration },
});
const keysOf = (configuration: object) =>
  [...(barmanCloud.kinds['barmancloud.cnpg.io/ObjectStore']?.references?.(store(configuration)) ?? [])].map(
    ({ target, namespace, name, keys }) => `${target} ${namespace}/${name} ${keys?.join()}`,
  );

test('an ObjectStore names the keys it logs in with', () => {
  const selector = (key: string) => ({ name: 'login', key });
  expect(keysOf({ s3Credentials: { accessKeyId: selector('id'), secretAccessKey: selector('key') } })).toEqual([
    '/Secret data/login id',
    '/Secret data/login key',
  ]);
  expect(keysOf({ azureCredentials: { storageAccount: selector('account') }, endpointCA: selector('ca') })).toEqual([
    '/Secret data/login ca',
    '/Secret data/login account',
  ]);
  expect(keysOf({ s3Credentials: { inheritFromIAMRole: true } })).toEqual([]);
});

test('it lives beside the operator it serves, and needs certificates', () => {
  const operators = requiredOperators(['barman-cloud']);
  expect([...operators.keys()]).toEqual(['barman-cloud', 'cert-manager', 'cloudnative-pg']);
  expect(operators.get('cloudnative-pg')?.namespace).toBe(barmanCloud.namespace);
});

test('the chart takes registry and repository apart', () => {
  expect(barmanCloud.values(testContext(), [])).toMatchObject({
    image: { registry: 'ghcr.io', repository: 'cloudnative-pg/plugin-barman-cloud' },
  });
});

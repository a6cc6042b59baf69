import { noForeignRegistry } from './no-foreign-registry.ts';
import { violationsOf } from './testing.ts';

const configMap = (text: string) => `{apiVersion: v1, kind: ConfigMap, data: {a: "${text}"}}`;
const facts = { foreignHosts: ['ghcr.io', 'quay.io'] };

test.each(['ghcr.io/a/b:1', 'pull from quay.io', 'https://quay.io:443/v2/', 'oci://ghcr.io/x'])(
  '%s is foreign',
  (text) => {
    expect(violationsOf(noForeignRegistry, configMap(text), { facts })).toHaveLength(1);
    expect(violationsOf(noForeignRegistry, configMap(text))).toEqual([]);
  },
);

test.each(['mirror.example.com/ghcr-io/a:1', 'notquay.io/a', 'quay.io.example.com/a', 'ghcrxio/a'])(
  '%s is not',
  (text) => {
    expect(violationsOf(noForeignRegistry, configMap(text), { facts })).toEqual([]);
  },
);

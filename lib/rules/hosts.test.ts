import { hostsIn } from './hosts.ts';

test.each([
  ['http://minio.data.svc:9000/bucket', [['minio', 'data', 9000]]],
  ['minio.data.svc', [['minio', 'data', undefined]]],
  [
    'a.b.svc.cluster.local:80,c.d.svc',
    [
      ['a', 'b', 80],
      ['c', 'd', undefined],
    ],
  ],
  ['minio-0.minio.data.svc', [['minio', 'data', undefined]]],
  ['u:p@db.data.svc:5432/x', [['db', 'data', 5432]]],
  ['picture.svg data.svc a.b.svcs', []],
])('%s names Services', (text, hosts) => {
  expect([...hostsIn(text)].map(({ service, namespace, port }) => [service, namespace, port])).toEqual(hosts);
});

import { cloudnativePg } from '../operators/cloudnative-pg.ts';
import { statefulObjectsAreProtected } from './stateful-objects-are-protected.ts';
import { violationsOf } from './testing.ts';

const operators = [cloudnativePg];
const object = (kind: string, options: string) => `
${kind}
metadata: {annotations: {argocd.argoproj.io/sync-options: "${options}"}}`;
const kinds = [
  'apiVersion: v1\nkind: PersistentVolumeClaim',
  'apiVersion: v1\nkind: Namespace',
  'apiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: [{}]}',
  'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster',
];

test.each(kinds)('%s asks before data is lost', (kind) => {
  const protection = 'Prune=confirm, Delete=confirm,ServerSideApply=true';
  expect(violationsOf(statefulObjectsAreProtected, object(kind, protection), { operators })).toEqual([]);
  expect(violationsOf(statefulObjectsAreProtected, object(kind, 'Prune=confirm'), { operators })).toEqual([
    expect.stringContaining('/x: holds data and lacks Delete=confirm in its sync options'),
  ]);
});

test('what holds no data needs no protection', () => {
  expect(violationsOf(statefulObjectsAreProtected, '{apiVersion: apps/v1, kind: StatefulSet}')).toEqual([]);
});

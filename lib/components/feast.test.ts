import { featureRegistry } from '../contracts/feature-registry.ts';
import { postgres } from '../contracts/postgres.ts';
import { need } from '../graph/contract.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { bound, objectsOf, testContext } from '../platform/testing.ts';
import { type AnyComponent, defineComponent } from './component.ts';
import { feastKind } from './feast.ts';

const database = bound(postgres, {
  endpoint: { host: 'postgres.example.com', port: 5432 },
  database: 'feast',
  user: 'feast',
  password: SecretRef.to(declaredSecret('feast-database', ['password'], 'test'), 'password'),
  sslMode: 'require',
});

const componentOf = (settings: object = {}): AnyComponent => {
  const origin = { file: 'environment.yaml', path: ['components', 'feast'] };
  const [component] = feastKind.components(feastKind.settings.parse(settings), testContext(), origin);
  if (!component) throw new Error('no component');
  return component;
};
const found = (kind: string, settings: object = {}) => {
  const objects = objectsOf(componentOf(settings), [], settings && 'file' in settings ? [] : [database]);
  return JSON.parse(JSON.stringify(objects.find((object) => object.kind === kind) ?? null));
};
const problems = (settings: object): string[] =>
  feastKind.settings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ??
  [];

test('two replicas on the database, which is asked for the connections of three', () => {
  expect(found('Deployment').spec.replicas).toBe(2);
  expect(componentOf().needs.database.ask).toEqual({ database: 'feast', connections: 9 });
  expect(componentOf({ replicas: 4, connectionsPerReplica: 5 }).needs.database.ask.connections).toBe(25);
});

test('a file needs no database, has a volume that nothing removes unasked, and one server', () => {
  const settings = { file: {} };
  expect(Object.keys(componentOf(settings).needs)).toEqual([]);
  expect(found('PersistentVolumeClaim', settings).metadata.annotations).toMatchObject({
    'argocd.argoproj.io/sync-options': expect.stringContaining('Prune=confirm'),
  });
  expect(found('Deployment', settings).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  expect(problems({ file: {}, replicas: 2 })).toEqual([
    'replicas: is above 1 beside file, and replicas would write over each other; leave it out, or leave out file',
  ]);
});

test('one project is of one consumer, and any number may read', () => {
  const asks = (name: string, project?: string) =>
    defineComponent({
      ...node(name),
      needs: { registry: need(featureRegistry, project === undefined ? {} : { project }, 'test') },
      build: () => undefined,
    });
  const said = (...others: AnyComponent[]) =>
    new ServiceGraph([componentOf(), ...others], [database]).problems.map(({ message }) => message);
  expect(said(asks('a', 'fraud'), asks('b', 'ranking'), asks('c'), asks('d'))).toEqual([]);
  expect(said(asks('a', 'fraud'), asks('b', 'fraud'))).toEqual([
    'b asks feast for the feature project "fraud", which is a\'s; ask for another',
  ]);
});

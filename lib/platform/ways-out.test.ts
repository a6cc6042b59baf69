import { join } from 'node:path';
import { KINDS } from '../components/index.ts';
import { loadEnvironments } from '../config/load.ts';
import type { AnyOffer } from '../graph/component.ts';
import { SCHEMAS } from './environment-schema.ts';
import { plan } from './plan.ts';
import { WAYS_OUT } from './ways-out.ts';

const { environments } = loadEnvironments(join(__dirname, '../..'), SCHEMAS);

test('what is lacking can be added as a component, or bound from outside', () => {
  expect(WAYS_OUT.get('object-store')).toEqual(['components.minio', 'components.seaweedfs', 'external.object-store']);
});

test('a kind that can be added says what its components offer', () => {
  const plans = environments.map((environment) => plan(environment));
  const offering = plans.flatMap(({ graph }) =>
    graph.components.flatMap(({ origin, offers }) =>
      origin.path[0] === 'components'
        ? Object.values<AnyOffer>(offers).map(({ contract }) => ({ kind: origin.path[1], contract: contract.id }))
        : [],
    ),
  );
  expect(offering.length).toBeGreaterThan(0);
  const said = KINDS.flatMap(({ name, offers = [] }) => offers.map(({ id }) => ({ kind: name, contract: id })));
  expect(said).toEqual(expect.arrayContaining(offering));
});

test('what is missing is told with everything that would do', () => {
  const [prod] = environments.filter(({ name }) => name === 'prod');
  if (!prod) throw new Error('there is no prod');
  const alone = { ...prod, config: { ...prod.config, external: {} } };
  expect(plan(alone).problems.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(
      /nothing in this environment offers "postgres"; add components\.postgres or external\.postgres$/,
    ),
  );
});

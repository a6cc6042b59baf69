import { join } from 'node:path';
import { mutations, unnoticed } from '../../tests/support/closure.ts';
import { loadEnvironments } from '../config/load.ts';
import { clusterOf } from '../rules/cluster.ts';
import { RULES } from '../rules/index.ts';
import { SCHEMAS } from './environment-schema.ts';
import { factsOf } from './facts.ts';
import { plan } from './plan.ts';
import { synthesize } from './platform.ts';

/* Every name that an object of the shipped environments uses is changed in turn, and a rule notices each change. */

const { environments } = loadEnvironments(join(__dirname, '..', '..'), SCHEMAS);

test.each(environments.map((environment) => [environment.name, environment] as const))(
  'in %s no change of a name goes unnoticed',
  (_, environment) => {
    const planned = plan(environment);
    const { manifests } = synthesize(planned);
    const cluster = clusterOf(manifests, planned.operators.values(), factsOf(planned));
    expect([...mutations(cluster)].length).toBeGreaterThan(50);
    expect(unnoticed(cluster, RULES)).toEqual([]);
  },
);

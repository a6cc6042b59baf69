import type { ComponentNode } from './component.ts';
import { providerName, ServiceGraph } from './service-graph.ts';
import { external, needs, node, offers } from './testing.ts';

const messages = (graph: ServiceGraph) => graph.problems.map(({ message }) => message);

test('a need meets the one offer of its contract', () => {
  const database = node('database', { offers: { sql: offers('sql') } });
  const tracker = node('tracker', { needs: { store: needs('sql', { why: 'runs' }) } });
  const graph = new ServiceGraph([tracker, database]);
  expect(graph.problems).toEqual([]);
  expect(graph.outOf(tracker)).toEqual(graph.into(database));
  expect(graph.outOf(tracker)).toMatchObject([
    { need: 'store', why: 'runs', provider: { component: { name: 'database' }, offerName: 'sql' } },
  ]);
});

test('a managed service meets a need as well', () => {
  const rds = external('sql');
  const graph = new ServiceGraph([node('tracker', { needs: { store: needs('sql') } })], [rds]);
  expect(graph.intoExternal(rds)).toHaveLength(1);
});

test('two that need each other are no trouble', () => {
  const left = node('left', { needs: { it: needs('right') }, offers: { it: offers('left') } });
  const right = node('right', { needs: { it: needs('left') }, offers: { it: offers('right') } });
  expect(new ServiceGraph([left, right]).edges).toHaveLength(2);
});

test('an optional need that nobody meets is absent', () => {
  const graph = new ServiceGraph([node('tracker', { needs: { store: needs('sql', { optional: true }) } })]);
  expect(graph.edges).toEqual([]);
  expect(graph.problems).toEqual([]);
});

test('every mistake is named, with component, contract, reason and the way out', () => {
  const graph = new ServiceGraph(
    [
      node('tracker', {
        needs: { store: needs('sql', { why: 'runs' }), files: needs('bucket', { why: 'artifacts' }) },
      }),
      node('minio', { offers: { store: offers('bucket') } }),
      node('minio'),
    ],
    [external('bucket')],
    new Map([['sql', ['components.postgres', 'components.mysql', 'external.sql']]]),
  );
  expect(messages(graph)).toEqual([
    'the name "minio" is taken by components.minio; components and teams of one environment share their names',
    'tracker needs a sql (runs), but nothing in this environment offers "sql"; add components.postgres, components.mysql or external.sql',
    'minio and external.bucket offer a bucket each, and tracker needs one (artifacts); keep one of them',
  ]);
  expect(graph.problems[1]?.origin.path).toEqual(['components', 'tracker']);
});

test('where nothing could meet a need, the way out is to do without', () => {
  const graph = new ServiceGraph([node('tracker', { needs: { store: needs('sql', { why: 'runs' }) } })]);
  expect(messages(graph)).toEqual([
    'tracker needs a sql (runs), but nothing in this environment offers "sql"; there is nothing to add that does, so leave tracker out',
  ]);
});

test('a provider says why it cannot serve, at its own settings', () => {
  const refusing = external('bucket', {
    offer: offers('bucket', { refuse: (_, { name }) => `no bucket for ${name}` }),
  });
  const graph = new ServiceGraph([node('tracker', { needs: { files: needs('bucket') } })], [refusing]);
  expect(graph.problems).toEqual([{ origin: refusing.origin, message: 'no bucket for tracker' }]);
});

test('what only one can have goes to the first who asks', () => {
  const bucket = node('minio', { offers: { s3: offers('bucket', { claims: (name) => `the bucket "${name}"` }) } });
  const asks = (name: string, ask: string) => node(name, { needs: { files: needs('bucket', { ask }) } });
  const graph = new ServiceGraph([bucket, asks('tracker', 'runs'), asks('store', 'features'), asks('copy', 'runs')]);
  expect(messages(graph)).toEqual([`copy asks minio for the bucket "runs", which is tracker's; ask for another`]);
  expect(graph.problems[0]?.origin.path).toEqual(['components', 'copy']);
});

test('two who offer the same are one mistake, at the second, however many ask', () => {
  const [first, second] = [
    node('minio', { offers: { s3: offers('bucket') } }),
    node('seaweedfs', { offers: { s3: offers('bucket') } }),
  ];
  const asks = (name: string) => node(name, { needs: { files: needs('bucket') } });
  const graph = new ServiceGraph([asks('a'), asks('b'), first, second]);
  expect(graph.problems).toEqual([
    {
      origin: second.origin,
      message: 'minio and seaweedfs offer a bucket each, and a needs one (it must); keep one of them',
    },
  ]);
});

test('an environment has one gateway', () => {
  const gateway = { gateway: 'main', listener: 'https', scheme: 'https', domain: 'example.com' } as const;
  expect(messages(new ServiceGraph([node('front', { gateway }), node('back', { gateway })]))).toEqual([
    'back is a second gateway beside front; an environment has one',
  ]);
});

describe('a need for every offer', () => {
  const clusters = [
    node('shared', { offers: { ray: offers('ray') } }),
    node('mine', { offers: { ray: offers('ray', { serves: ({ namespace }) => namespace === 'team-a' }) } }),
    node('theirs', { offers: { ray: offers('ray', { serves: ({ namespace }) => namespace === 'team-b' }) } }),
  ];
  const team = node('team-a', { namespace: 'team-a', needs: { ray: needs('ray', { every: true }) } });

  test('is met by all who offer to this consumer', () => {
    const graph = new ServiceGraph([...clusters, team]);
    expect(graph.problems).toEqual([]);
    expect(graph.outOf(team).map(({ provider }) => providerName(provider))).toEqual(['shared', 'mine']);
  });

  test('is met by none, too', () => {
    const graph = new ServiceGraph([team]);
    expect([graph.problems, graph.edges]).toEqual([[], []]);
  });

  test('an ordinary need does not see what is for others', () => {
    const other = node('c', { needs: { ray: needs('ray') } });
    const graph = new ServiceGraph([...clusters, other]);
    expect(graph.problems).toEqual([]);
    expect(graph.outOf(other).map(({ provider }) => providerName(provider))).toEqual(['shared']);
  });
});

describe('what all ask together', () => {
  const refuseAll = (asked: readonly { ask: number; consumer: { name: string } }[]) => {
    const sum = asked.reduce((total, { ask }) => total + ask, 0);
    return sum > 10 ? `${asked.map(({ consumer }) => consumer.name).join(' and ')} ask for ${sum}` : undefined;
  };
  const asks = (name: string, ask: number) => node(name, { needs: { a: needs('sql', { ask }) } });

  test('is refused once, at the provider', () => {
    const provider = node('db', { offers: { sql: offers('sql', { refuseAll }) } });
    expect(new ServiceGraph([provider, asks('a', 6), asks('b', 4)]).problems).toEqual([]);
    expect(new ServiceGraph([provider, asks('a', 6), asks('b', 5)]).problems).toEqual([
      { origin: provider.origin, message: 'a and b ask for 11' },
    ]);
  });

  test('is refused by a service outside, too', () => {
    const outside = external('sql', { offer: offers('sql', { refuseAll }) });
    expect(new ServiceGraph([asks('a', 11)], [outside]).problems).toEqual([
      { origin: outside.origin, message: 'a ask for 11' },
    ]);
  });
});

test('what goes through the browser needs a gateway, and a consumer that is behind it', () => {
  const dex = node('dex', { offers: { oidc: offers('oidc', { throughGateway: 'people sign in there' }) } });
  const hub = node('hub', { needs: { signIn: needs('oidc') }, offers: { web: offers('web') } });
  const exposed = { ...hub, exposes: [{ offer: 'web', host: 'hub' }] };
  const gateway = node('gateway', { gateway: { gateway: 'g', listener: 'l', scheme: 'https', domain: 'example.com' } });
  const messages = (...components: ComponentNode[]) =>
    new ServiceGraph(components).problems.map(({ origin, message }) => [origin.path.at(-1), message]);
  expect(messages(dex, exposed)).toEqual([
    [
      'dex',
      'dex is used through the browser, because people sign in there, but this environment has no gateway; add components.gateway',
    ],
  ]);
  expect(messages(dex, hub, gateway)).toEqual([
    ['hub', 'hub uses dex through the browser, because people sign in there, but hub is not reached from outside'],
  ]);
  expect(messages(dex, exposed, gateway)).toEqual([]);
  expect(messages(dex)).toHaveLength(1);
  expect(messages(dex, gateway)).toEqual([]);
});

describe('an offer that serves some asks only', () => {
  const durable = (component: string, wanted: boolean) =>
    node(component, { needs: { state: needs('cache', { ask: { durable: wanted } }) } });
  const dropping = node('redis', {
    offers: {
      cache: offers('cache', {
        serves: (_consumer, ask: { durable: boolean }) => !ask.durable,
        limits: 'keeps nothing; set durable',
      }),
    },
  });

  test('meets these', () => {
    const graph = new ServiceGraph([durable('web', false), dropping]);
    expect(graph.problems).toEqual([]);
    expect(graph.into(dropping).map(({ consumer }) => consumer.name)).toEqual(['web']);
  });

  test('says to others why it does not', () => {
    expect(new ServiceGraph([durable('ray', true), dropping]).problems.map(({ message }) => message)).toEqual([
      'ray needs a cache (it must), but redis keeps nothing; set durable',
    ]);
  });

  test('stands beside one that serves them', () => {
    const keeping = node('kept', { offers: { cache: offers('cache', { serves: (_, ask) => ask.durable }) } });
    const graph = new ServiceGraph([durable('ray', true), durable('web', false), dropping, keeping]);
    expect(graph.problems).toEqual([]);
    expect(graph.into(keeping).map(({ consumer }) => consumer.name)).toEqual(['ray']);
  });
});

import { type ConnectionLimits, connectionProblem, planConnections } from './connections.ts';

const single: ConnectionLimits = { instances: 1, parameters: {} };
const pooled = (more: object = {}, parameters: Readonly<Record<string, string>> = {}): ConnectionLimits => ({
  instances: 1,
  parameters,
  pooler: { instances: 2, mode: 'session', ...more },
});
const demand = (...connections: number[]) => connections.map((count, i) => ({ consumer: `c${i}`, connections: count }));

test('limits that nobody wrote follow from the demands, in steps', () => {
  expect(planConnections(single, [])).toMatchObject({ maxConnections: 200 });
  // 3 for superusers and 7 for the operator.
  expect(planConnections(single, demand(190))).toMatchObject({ maxConnections: 200 });
  expect(planConnections(single, demand(100, 91))).toMatchObject({ maxConnections: 300 });
  // Each replica asks the primary how it is.
  expect(planConnections({ ...single, instances: 2 }, demand(190))).toMatchObject({ maxConnections: 300 });
});

test('a pool per session holds all clients of a database while one pod is away', () => {
  expect(planConnections(pooled(), demand(66, 30)).pooler.poolSize).toBe(66);
  expect(planConnections(pooled({ instances: 4 }), demand(66)).pooler.poolSize).toBe(22);
  expect(planConnections(pooled(), demand(5)).pooler.poolSize).toBe(20);
  expect(planConnections(pooled({ mode: 'transaction' }), demand(660)).pooler.poolSize).toBe(20);
});

test('behind a pooler the server must take the pools, not the clients', () => {
  expect(planConnections(pooled({ mode: 'transaction' }), demand(5000))).toMatchObject({
    maxConnections: 200,
    pooler: { maxClientConnections: 5000 },
  });
});

test('whatever follows from the demands suits them', () => {
  for (const instances of [1, 2, 3, 7]) {
    for (const mode of ['session', 'transaction']) {
      for (const connections of [0, 1, 99, 190, 191, 1000, 12_345]) {
        const demands = demand(connections, 40);
        expect(connectionProblem({ ...single, instances }, demands)).toBeUndefined();
        expect(connectionProblem({ ...pooled({ instances, mode }), instances }, demands)).toBeUndefined();
      }
    }
  }
});

test.each<[ConnectionLimits, number[], string]>([
  [
    { ...single, parameters: { max_connections: '100' } },
    [60, 31],
    'c0 may open 60 connections and c1 31, 91 together, and the server leaves them 90 of its 100 (parameters.max_connections: 100; 3 are kept for superusers, 7 for CloudNativePG itself); set it to 200, leave it out to have it follow from those who ask, or put a pooler in transaction mode before it where clients allow that',
  ],
  [
    pooled({ poolSize: 30 }),
    [44],
    'c0 may open 44 connections, and without one of its pods, PgBouncer has 30 for a database (pooler.poolSize: 30) and makes the others wait until a client leaves; set it to 44 or more, leave it out, or let c0 open fewer',
  ],
  [
    pooled({ maxClientConnections: 50 }),
    [40, 20],
    'c0 may open 40 connections and c1 20, 60 together, and without one of its pods, PgBouncer takes 50 (pooler.maxClientConnections: 50); set it to 100 or leave it out',
  ],
  [
    pooled({}, { max_connections: '100' }),
    [44],
    'PgBouncer may open 138 connections (2 pods and one more while they are replaced, each with a pool of 44 for each database and 2 to look up passwords), and the server leaves them 90 of its 100 (parameters.max_connections: 100; 3 are kept for superusers, 7 for CloudNativePG itself); set it to 200, leave it out to have it follow from those who ask, or lower pooler.poolSize',
  ],
])('%j is too little for %j', (limits, connections, message) => {
  expect(connectionProblem(limits, demand(...connections))).toBe(message);
});

test('what suffices exactly is not refused', () => {
  expect(connectionProblem({ ...single, parameters: { max_connections: '100' } }, demand(90))).toBeUndefined();
  expect(connectionProblem(pooled({ poolSize: 44 }), demand(44))).toBeUndefined();
  expect(connectionProblem(pooled({ poolSize: 5, mode: 'transaction' }), demand(44))).toBeUndefined();
  expect(connectionProblem(pooled({ maxClientConnections: 60 }), demand(40, 20))).toBeUndefined();
});

test('more that the user reserves is left to nobody', () => {
  const parameters = { max_connections: '100', superuser_reserved_connections: '10', reserved_connections: '5' };
  expect(connectionProblem({ ...single, parameters }, demand(78))).toBeUndefined();
  expect(connectionProblem({ ...single, parameters }, demand(79))).toContain('leaves them 78 of its 100');
});

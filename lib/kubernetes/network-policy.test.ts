import { parse } from 'yaml';
import type { Manifest } from '../platform/manifest-set.ts';
import { PolicyEvaluator } from './network-policy.ts';

const pod = (namespace: string, labels: Record<string, string>, spec: Record<string, unknown> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: Object.values(labels).join('-'), namespace, labels },
  spec: {
    containers: [
      {
        ports: [
          { name: 'http', containerPort: 80 },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
        ],
      },
    ],
    ...spec,
  },
});
const namespace = (name: string, labels: Record<string, string> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});
const policy = (spec: string, inNamespace = 'a'): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p', namespace: inNamespace },
  spec: parse(spec),
});

const db = pod('a', { role: 'db' });
const web = pod('a', { role: 'web' });
const webInB = pod('b', { role: 'web' });
const namespaces = [namespace('a'), namespace('b', { team: 'x' })];
const evaluator = (...policies: Manifest[]) => new PolicyEvaluator(policies, [db, web, webInB], namespaces);

test('a pod that no policy selects is open both ways', () => {
  const policies = evaluator(policy('{podSelector: {matchLabels: {role: other}}, policyTypes: [Ingress, Egress]}'));
  expect(policies.allows(web, db, 80)).toBe(true);
  expect(policies.allows({ address: '8.8.8.8' }, db, 80)).toBe(true);
  expect(policies.allows(db, { address: '8.8.8.8' }, 443)).toBe(true);
});

test('a policy of another namespace does not select it', () => {
  expect(evaluator(policy('{podSelector: {}, policyTypes: [Ingress]}', 'b')).allows(web, db, 80)).toBe(true);
});

test('an empty pod selector with no rules denies all ingress, and only that', () => {
  const policies = evaluator(policy('{podSelector: {}, policyTypes: [Ingress]}'));
  expect(policies.blockedBy(webInB, db, 80)).toBe('ingress');
  expect(policies.allows(db, webInB, 80)).toBe(true);
});

test('without policyTypes a policy is about ingress', () => {
  const policies = evaluator(policy('{podSelector: {}}'));
  expect(policies.allows(webInB, db, 80)).toBe(false);
  expect(policies.allows(db, webInB, 80)).toBe(true);
});

test('without policyTypes egress rules make it about egress too', () => {
  const policies = evaluator(policy('{podSelector: {}, egress: [{ports: [{port: 443}]}]}'));
  expect(policies.blockedBy(db, webInB, 80)).toBe('egress');
  expect(policies.allows(db, webInB, 443)).toBe(true);
  expect(policies.allows(webInB, db, 80)).toBe(false);
});

test('policyTypes decide, whatever rules there are', () => {
  const policies = evaluator(policy('{podSelector: {}, policyTypes: [Egress], ingress: [], egress: [{}]}'));
  expect(policies.allows(webInB, db, 80)).toBe(true);
});

test('an empty rule allows everything', () => {
  expect(evaluator(policy('{podSelector: {}, ingress: [{}]}')).allows({ address: '1.2.3.4' }, db, 1)).toBe(true);
});

test('an empty list of peers is everybody', () => {
  expect(
    evaluator(policy('{podSelector: {}, ingress: [{from: [], ports: [{port: 80}]}]}')).allows(webInB, db, 80),
  ).toBe(true);
});

test('policies add up: what one allows, another does not take back', () => {
  const policies = evaluator(
    policy('{podSelector: {}, policyTypes: [Ingress, Egress]}'),
    policy('{podSelector: {matchLabels: {role: db}}, ingress: [{from: [{podSelector: {matchLabels: {role: web}}}]}]}'),
  );
  expect(policies.blockedBy(web, db, 80)).toBe('egress');
  expect(policies.allows({ address: '1.2.3.4' }, db, 80)).toBe(false);
});

test('both sides must allow a connection', () => {
  const deny = policy('{podSelector: {}, policyTypes: [Ingress, Egress]}');
  const into = policy('{podSelector: {matchLabels: {role: db}}, ingress: [{from: [{podSelector: {}}]}]}');
  const out = policy(
    '{podSelector: {matchLabels: {role: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}',
  );
  expect(evaluator(deny, into).blockedBy(web, db, 80)).toBe('egress');
  expect(evaluator(deny, out).blockedBy(web, db, 80)).toBe('ingress');
  expect(evaluator(deny, into, out).allows(web, db, 80)).toBe(true);
});

describe('peers', () => {
  const from = (peers: string) => evaluator(policy(`{podSelector: {}, ingress: [{from: ${peers}}]}`));

  test('a podSelector alone looks in the namespace of the policy', () => {
    const policies = from('[{podSelector: {matchLabels: {role: web}}}]');
    expect(policies.allows(web, db, 80)).toBe(true);
    expect(policies.allows(webInB, db, 80)).toBe(false);
  });

  test('a namespaceSelector alone is every pod of the namespaces', () => {
    const policies = from('[{namespaceSelector: {matchLabels: {team: x}}}]');
    expect(policies.allows(webInB, db, 80)).toBe(true);
    expect(policies.allows(web, db, 80)).toBe(false);
  });

  test('both in one peer must hold', () => {
    const policies = from('[{namespaceSelector: {matchLabels: {team: x}}, podSelector: {matchLabels: {role: db}}}]');
    expect(policies.allows(webInB, db, 80)).toBe(false);
  });

  test('two peers are alternatives', () => {
    const policies = from('[{namespaceSelector: {matchLabels: {team: x}}}, {podSelector: {matchLabels: {role: web}}}]');
    expect(policies.allows(webInB, db, 80)).toBe(true);
    expect(policies.allows(web, db, 80)).toBe(true);
    expect(policies.allows(db, db, 80)).toBe(false);
  });

  test('an empty namespaceSelector is every namespace, but nobody outside', () => {
    expect(from('[{namespaceSelector: {}}]').allows(webInB, db, 80)).toBe(true);
    expect(from('[{namespaceSelector: {}}]').allows({ address: '10.0.0.1' }, db, 80)).toBe(false);
  });

  test('every namespace carries its name as a label, even one that is not written', () => {
    const byName = '[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}}]';
    expect(from(byName).allows(pod('elsewhere', {}), db, 80)).toBe(true);
    expect(from(byName).allows(webInB, db, 80)).toBe(false);
  });

  test('matchExpressions select namespaces', () => {
    const notX = '[{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [x]}]}}]';
    expect(from(notX).allows(web, db, 80)).toBe(true);
    expect(from(notX).allows(webInB, db, 80)).toBe(false);
  });

  test('an ipBlock leaves out its exceptions', () => {
    const policies = from('[{ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}}]');
    expect(policies.allows({ address: '172.17.2.1' }, db, 80)).toBe(true);
    expect(policies.allows({ address: '172.17.1.1' }, db, 80)).toBe(false);
    expect(policies.allows({ address: '172.18.0.1' }, db, 80)).toBe(false);
  });

  test('an ipBlock means a pod of unknown address only when it covers every address of pods', () => {
    expect(from('[{ipBlock: {cidr: 0.0.0.0/0}}]').allows(web, db, 80)).toBe(true);
    expect(from('[{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]').allows(web, db, 80)).toBe(false);
    expect(from('[{ipBlock: {cidr: 10.0.0.0/8}}]').allows(web, db, 80)).toBe(false);
  });

  test('an ipBlock means a pod whose address it covers', () => {
    const known = { ...web, status: { podIPs: [{ ip: '10.1.2.3' }] } };
    expect(from('[{ipBlock: {cidr: 10.1.0.0/16}}]').allows(known, db, 80)).toBe(true);
    expect(from('[{ipBlock: {cidr: 10.2.0.0/16}}]').allows(known, db, 80)).toBe(false);
  });
});

describe('ports', () => {
  const to = (ports: string) => evaluator(policy(`{podSelector: {}, ingress: [{ports: ${ports}}]}`));

  test('are TCP unless said otherwise', () => {
    expect(to('[{port: 80}]').allows(web, db, 80)).toBe(true);
    expect(to('[{port: 80}]').allows(web, db, 80, 'UDP')).toBe(false);
    expect(to('[{port: 80}]').allows(web, db, 81)).toBe(false);
  });

  test('by name are those of the receiving pod', () => {
    expect(to('[{port: http}]').allows(web, db, 80)).toBe(true);
    expect(to('[{port: http}]').allows(web, db, 81)).toBe(false);
    expect(to('[{port: dns, protocol: UDP}]').allows(web, db, 53, 'UDP')).toBe(true);
    expect(to('[{port: dns}]').allows(web, db, 53)).toBe(false);
  });

  test('may be a range', () => {
    const range = to('[{port: 8000, endPort: 8010}]');
    expect([7999, 8000, 8010, 8011].map((port) => range.allows(web, db, port))).toEqual([false, true, true, false]);
  });

  test('may be every port of a protocol', () => {
    expect(to('[{protocol: UDP}]').allows(web, db, 9, 'UDP')).toBe(true);
    expect(to('[{protocol: UDP}]').allows(web, db, 9)).toBe(false);
  });

  test('by name in egress rules are looked up on the receiver, and addresses have none', () => {
    const policies = evaluator(policy('{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}'));
    expect(policies.allows(web, webInB, 80)).toBe(true);
    expect(policies.allows(web, { address: '1.2.3.4' }, 80)).toBe(false);
  });
});

test('policies do not apply to pods on the host network, nor do selectors mean them', () => {
  const host = pod('a', { role: 'host' }, { hostNetwork: true });
  const deny = policy('{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}');
  expect(evaluator(deny).allows(web, host, 80)).toBe(true);
  expect(evaluator(deny).allows(host, db, 80)).toBe(false);
});

test('flows are all connections to declared ports', () => {
  const policies = evaluator(
    policy('{podSelector: {}, policyTypes: [Ingress]}', 'b'),
    policy('{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {role: web}}}], ports: [{port: 80}]}]}'),
  );
  const flows = [...policies.flows()].map(({ from, to, port }) => `${from.metadata.name} ${to.metadata.name} ${port}`);
  expect(flows).toEqual(['web db 80', 'web web 80']);
});

import { ManifestSet } from '../platform/manifest-set.ts';
import { check } from './check.ts';
import { clusterOf } from './cluster.ts';
import { rule } from './rule.ts';
import { clusterFrom, entryOf, factsOf, manifestsOf } from './testing.ts';

const noConfigMaps = rule({
  name: 'no-config-maps',
  why: 'For the test.',
  check({ written }, report) {
    for (const entry of written.ofKind('/ConfigMap')) report(entry, 'is a ConfigMap', 'remove it');
  },
});
const noPods = rule({
  name: 'no-pods',
  why: 'For the test.',
  check({ all }, report) {
    for (const entry of all.ofKind('/Pod')) report(entry, 'makes pods', 'remove it');
  },
});
const configMap = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n---\n`;
const cluster = clusterFrom(configMap('b') + configMap('a'));
const messages = (optOuts: Parameters<typeof check>[2]) =>
  check(cluster, [noConfigMaps], optOuts).violations.map(
    ({ entry, message }) => `${entry?.manifest.metadata.name}: ${message}`,
  );

test('violations come in the order of components and objects', () => {
  const component = (name: string) =>
    manifestsOf(configMap('x')).map((manifest) => entryOf(manifest, { component: name }));
  const written = new ManifestSet([...component('z'), ...cluster.written, ...component('a')]);
  const { violations } = check(clusterOf(written, [], factsOf()), [noConfigMaps]);
  expect(violations.map(({ component, entry }) => `${component}/${entry?.manifest.metadata.name}`)).toEqual([
    'a/x',
    'app/a',
    'app/b',
    'z/x',
  ]);
});

test('what is wrong with an object that a controller makes is said once, of the object it is made of', () => {
  const set = clusterFrom(
    '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: ns}, spec: {replicas: 3}}',
  );
  const { violations } = check(set, [noPods]);
  expect(violations.filter(({ component }) => component === 'app').map(({ entry }) => entry?.manifest.kind)).toEqual([
    'StatefulSet',
  ]);
});

test('a component may opt out for all its objects, or for one', () => {
  const reason = 'they are needed';
  expect(messages([{ component: 'app', rule: 'no-config-maps', reason }])).toEqual([]);
  expect(messages([{ component: 'app', rule: 'no-config-maps', object: 'ConfigMap/a', reason }])).toEqual([
    'b: is a ConfigMap',
  ]);
});

test('opt-outs that were of use are listed', () => {
  const optOut = { component: 'app', rule: 'no-config-maps', reason: 'they are needed' };
  expect(check(cluster, [noConfigMaps], [optOut]).usedOptOuts).toEqual([optOut]);
});

test.each([
  [{ component: 'other' }, 'the opt-out of other from "no-config-maps" excuses nothing'],
  [{ object: 'ConfigMap/c' }, 'the opt-out of app from "no-config-maps" for ConfigMap/c excuses nothing'],
  [{ rule: 'no-configmaps' }, 'the opt-out of app from "no-configmaps" names no rule'],
  [{ reason: ' ' }, 'the opt-out of app from "no-config-maps" gives no reason'],
])('an opt-out with %j is a mistake itself', (change, message) => {
  const optOut = { component: 'app', rule: 'no-config-maps', reason: 'they are needed', ...change };
  const { violations } = check(cluster, [noConfigMaps], [optOut]);
  expect(violations.filter(({ rule }) => rule === 'opt-outs-are-needed').map((violation) => violation.message)).toEqual(
    [message],
  );
});

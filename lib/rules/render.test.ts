import { check } from './check.ts';
import { renderViolations } from './render.ts';
import { rule } from './rule.ts';
import { clusterFrom } from './testing.ts';

test('what is wrong stands under the object it is wrong with, then the way out', () => {
  const complaint = (name: string) =>
    rule({
      name,
      why: 'For the test.',
      check({ written }, report) {
        for (const entry of written) report(entry, `breaks ${name}`, 'mend it');
      },
    });
  const cluster = clusterFrom(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: ns}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: ns}}`);
  const { violations } = check(
    cluster,
    [complaint('two'), complaint('one')],
    [{ component: 'app', rule: 'x', reason: 'y' }],
  );
  expect(renderViolations(violations)).toMatchInlineSnapshot(`
"app
  opt-outs-are-needed: the opt-out of app from "x" names no rule
    name one of two, one

ConfigMap ns/a (app/configmap)
  one: breaks one
    mend it
  two: breaks two
    mend it

Namespace ns (app/namespace)
  one: breaks one
    mend it
  two: breaks two
    mend it"
`);
});

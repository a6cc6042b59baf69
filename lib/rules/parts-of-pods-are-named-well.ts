import { DATA_KEY, DNS_LABEL, formProblem, PORT_NAME } from '../kubernetes/names.ts';
import { containersOf } from '../kubernetes/pod.ts';
import { dig, fields, items, list, text } from '../kubernetes/read.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

type Named = readonly [what: string, names: readonly string[], form: Parameters<typeof formProblem>[0]];

const ENV: Named[2] = { pattern: /^[^=\p{Cc}]+$/u, longest: 1000, says: 'characters other than =' };

const names = (values: unknown): string[] => list(values).flatMap((value) => text(dig(value, 'name')) ?? []);

export const partsOfPodsAreNamedWell = rule({
  name: 'parts-of-pods-are-named-well',
  why: 'The API server refuses names of another form, and of two variables or ports of one name it uses one.',
  check({ templates, written }, report) {
    for (const template of templates) {
      const containers = containersOf(template.spec);
      const parts: Named[] = [
        ['container', containers.map(({ name }) => name), DNS_LABEL],
        ['volume', names(template.spec.volumes), DNS_LABEL],
        ...containers.flatMap(({ name, spec, ports }): Named[] => [
          [`port of container "${name}"`, ports.flatMap((port) => port.name ?? []), PORT_NAME],
          [`variable of container "${name}"`, names(spec.env), ENV],
        ]),
      ];
      for (const [what, found, form] of parts) {
        for (const problem of problems(found, form)) {
          report(template.entry, `${specField(template)}: the ${what} ${problem}`, 'choose another name');
        }
      }
    }
    for (const entry of written.ofKind('/Service')) {
      const ports = [...items(dig(entry.manifest, 'spec', 'ports'), '')].map(([port]) => port);
      const found = names(ports);
      if (ports.length > 1 && found.length < ports.length)
        report(entry, 'has ports without a name', 'name each of them');
      for (const problem of problems(found, DNS_LABEL)) report(entry, `the port ${problem}`, 'choose another name');
    }
    for (const entry of written.ofKind('/ConfigMap')) {
      for (const problem of problems(Object.keys(fields(entry.manifest.data)), DATA_KEY)) {
        report(entry, `the key ${problem}`, 'choose another name');
      }
    }
  },
});

function* problems(found: readonly string[], form: Named[2]): Generator<string> {
  const seen = new Set<string>();
  for (const name of found) {
    if (seen.has(name)) yield `"${name}" occurs twice`;
    seen.add(name);
    const problem = formProblem(form, name);
    if (problem) yield `"${name}" ${problem}`;
  }
}

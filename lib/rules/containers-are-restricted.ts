import { breaches, LEVELS } from '../kubernetes/pod-security.ts';
import { dig, fields } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { specField } from './references.ts';
import type { Template } from './rule.ts';
import { rule } from './rule.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

const annotationsOf = ({ entry, field }: Template) =>
  fields(dig(entry.manifest, ...(field === '' ? [] : field.split('.')), 'metadata', 'annotations'));

const levelOf = (namespace: Manifest | undefined) =>
  LEVELS.find((level) => level === namespace?.metadata.labels?.[ENFORCE]) ?? 'restricted';

export const containersAreRestricted = rule({
  name: 'containers-are-restricted',
  why: 'The API server refuses pods that breach the Pod Security level of their namespace, which is restricted unless a component says why not.',
  check({ all, templates }, report) {
    for (const template of templates) {
      const { entry, spec } = template;
      const level = levelOf(all.get('/Namespace', undefined, entry.manifest.metadata.namespace ?? '')?.manifest);
      for (const { field, message, fix } of breaches(spec, level, annotationsOf(template))) {
        report(
          entry,
          `${specField(template)}.${field} ${message}`,
          `${fix}, or have the component say why its namespace cannot be ${level} (podSecurity)`,
        );
      }
    }
  },
});

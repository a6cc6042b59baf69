import { commonLabels, NAME } from '../platform/labels.ts';
import { rule } from './rule.ts';

export const labelsAreComplete = rule({
  name: 'labels-are-complete',
  why: 'Whose an object is must be seen from the object; people, dashboards and clean-up select by it.',
  check({ written, templates, facts }, report) {
    for (const entry of written) {
      const { labels = {} } = entry.manifest.metadata;
      for (const [key, value] of Object.entries(commonLabels(facts.environment, entry.component))) {
        if (labels[key] === value) continue;
        const found = Object.hasOwn(labels, key) ? `has ${key}: ${labels[key]}` : `lacks the label ${key}`;
        report(entry, found, `the platform sets ${key}: ${value} on every object; do not set it yourself`);
      }
    }
    for (const { entry, labels } of templates) {
      if (labels[NAME]) continue;
      report(
        entry,
        `its pods lack the label ${NAME}`,
        'give them the name of the component, by which policies select them',
      );
    }
  },
});

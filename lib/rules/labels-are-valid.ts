import type { Labels } from '../graph/component.ts';
import { keyProblem, labelProblem } from '../kubernetes/names.ts';
import { rule } from './rule.ts';

function* problems(labels: Labels, what: string): Generator<string> {
  for (const [key, value] of Object.entries(labels)) {
    const wrongKey = keyProblem(key);
    if (wrongKey) yield `the key "${key}" of ${what} ${wrongKey}`;
    const wrongValue = typeof value === 'string' ? labelProblem(value) : 'is not text';
    if (wrongValue) yield `the value "${value}" of ${what} "${key}" ${wrongValue}`;
  }
}

export const labelsAreValid = rule({
  name: 'labels-are-valid',
  why: 'The API server refuses the object otherwise, or a controller the pods that it makes of it.',
  check(cluster, report) {
    const fix = 'shorten it or take other characters; put long text into an annotation';
    for (const entry of cluster.written) {
      const { labels = {}, annotations = {} } = entry.manifest.metadata;
      for (const problem of problems(labels, 'label')) report(entry, problem, fix);
      for (const key of Object.keys(annotations)) {
        const problem = keyProblem(key);
        if (problem) report(entry, `the key "${key}" of annotation ${problem}`, fix);
      }
    }
    for (const { entry, labels } of cluster.templates) {
      for (const problem of problems(labels, 'pod label')) report(entry, problem, fix);
    }
  },
});

import type { Labels } from '../graph/component.ts';
import { dig, labelMap } from '../kubernetes/read.ts';
import { Selector } from '../kubernetes/selector.ts';
import { COST_CENTRE, ENVIRONMENT, TEAM } from '../platform/labels.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { rule } from './rule.ts';

const FORBIDDEN = new Set([
  'app.kubernetes.io/version',
  'helm.sh/chart',
  'chart',
  'version',
  'heritage',
  'cdk8s.io/metadata.addr',
]);

const CHANGING: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a version', /^v?\d+(?:\.\d+)+(?:[-+_.].*)?$/],
  ['a hash', /^(?=.*\d)(?=.*[a-f])[0-9a-f]{8,63}$/],
  ['a point in time', /^(?:1[6-9]\d{8}|1[6-9]\d{11}|20\d{12}|20\d\d-\d\d-\d\d.*)$/],
];
/** The version of Kubernetes whose rules a namespace follows. */
const EXEMPT = /^pod-security\.kubernetes\.io\//;
/** What people call things, which may look like anything: `keelson.dev/cost-centre: 12.345`. */
const CHOSEN = new Set([ENVIRONMENT, TEAM, COST_CENTRE, 'release', 'cnpg.io/cluster', 'cnpg.io/poolerName']);

/** Labels of an object, of what it selects and of its pods. */
function* labelsOf({ metadata, spec }: Manifest): Generator<readonly [what: string, Labels]> {
  yield ['the label', metadata.labels ?? {}];
  yield ['the selector', Object.fromEntries(Selector.of(dig(spec, 'selector')).pairs)];
  yield ['the selector', labelMap(dig(spec, 'selector'))];
}

export const labelsDoNotChangeWithReleases = rule({
  name: 'labels-do-not-change-with-releases',
  why: 'A label that changes with every release makes every object look changed in a review, and selectors cannot change at all.',
  check({ written, templates }, report) {
    const fix = 'leave it out: the image says the version, and the catalogue shows it';
    const problems = function* (what: string, labels: Labels): Generator<string> {
      for (const [key, value] of Object.entries(labels)) {
        if (EXEMPT.test(key)) continue;
        if (FORBIDDEN.has(key)) yield `${what} ${key} changes with releases`;
        if (CHOSEN.has(key)) continue;
        const found = CHANGING.find(([, pattern]) => pattern.test(value));
        if (found) yield `${what} ${key}: ${value} looks like ${found[0]}`;
      }
    };
    for (const entry of written) {
      for (const [what, labels] of labelsOf(entry.manifest)) {
        for (const problem of problems(what, labels)) report(entry, problem, fix);
      }
    }
    for (const { entry, labels } of templates) {
      for (const problem of problems('the pod label', labels)) report(entry, problem, fix);
    }
  },
});

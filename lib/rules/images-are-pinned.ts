import { imagesIn, parseImage } from '../kubernetes/image.ts';
import { containersOf } from '../kubernetes/pod.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

/** Tags that whoever pushes moves on. */
const MOVING = /^(?:latest|stable|edge|nightly|dev|main|master|head|current|lts|canary|rolling)$/i;

export const imagesArePinned = rule({
  name: 'images-are-pinned',
  why: 'What runs must be what was reviewed, today and after the next restart.',
  check({ written, templates }, report) {
    const fix = 'give it a tag that nobody moves, or a digest, in lib/platform/versions.ts';
    for (const entry of written) {
      for (const { reference, field } of imagesIn(entry.manifest)) {
        const image = parseImage(reference);
        if (!image || image.digest !== undefined) continue;
        if (image.tag === undefined) report(entry, `${field} names the image "${reference}" without a tag`, fix);
        else if (MOVING.test(image.tag)) {
          report(entry, `${field} names the image "${reference}", whose tag moves`, fix);
        }
      }
    }
    for (const template of templates) {
      for (const { spec, field } of containersOf(template.spec)) {
        if (typeof spec.image === 'string' && parseImage(spec.image)) continue;
        report(
          template.entry,
          `${specField(template)}.${field}.image is ${JSON.stringify(spec.image ?? null)}, which is no image reference`,
          'name an image of lib/platform/versions.ts',
        );
      }
    }
  },
});

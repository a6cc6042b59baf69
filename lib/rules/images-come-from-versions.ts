import { imagesIn } from '../kubernetes/image.ts';
import { rule } from './rule.ts';

export const imagesComeFromVersions = rule({
  name: 'images-come-from-versions',
  why: 'One list of all images is what a mirror is filled from, a scanner reads and an update bot changes.',
  check({ written, facts }, report) {
    for (const entry of written) {
      for (const { reference, field } of imagesIn(entry.manifest)) {
        if (facts.images.has(reference)) continue;
        report(
          entry,
          `${field} names the image "${reference}", which is not one of the platform's`,
          'list it in lib/platform/versions.ts and take it from the environment (environment.image)',
        );
      }
    }
  },
});

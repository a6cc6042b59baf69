import { eachString } from '../kubernetes/read.ts';
import { rule } from './rule.ts';

const escaped = (host: string): string => host.replaceAll('.', '\\.');

export const noForeignRegistry = rule({
  name: 'no-foreign-registry',
  why: 'With a registry mirror set, the cluster may have no way to any other registry.',
  check({ written, facts }, report) {
    if (facts.foreignHosts.length === 0) return;
    const foreign = new RegExp(`(?<![\\w.-])(?:${facts.foreignHosts.map(escaped).join('|')})(?![\\w.-]*\\w)`);
    for (const entry of written) {
      eachString(entry.manifest, (text, { field }) => {
        const host = foreign.exec(text)?.[0];
        if (host === undefined) return;
        report(
          entry,
          `${field()} names ${host}, and everything is to come from the mirror`,
          'take images and charts from the environment, which knows the mirror',
        );
      });
    }
  },
});

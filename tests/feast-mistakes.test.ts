import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { loadEnvironments } from '../lib/config/load.ts';
import { renderProblems } from '../lib/config/render.ts';
import { SCHEMAS } from '../lib/platform/environment-schema.ts';
import { plan } from '../lib/platform/plan.ts';
import { ROOT } from './support/shipped.ts';

/* What people get wrong about features, and what they are told. */

const TEAM = (name: string) => `name: ${name}
displayName: Team
costCentre: cc-1
quota: {cpu: 64, memory: 256Gi, storage: 1Ti, gpus: 8}
`;
const FILES = '  definitions: {files: {a.py: "x = 1"}}\n';

/** The messages for an environment like dev with these features of teams, without the lines they quote. */
function said(
  vision: string,
  {
    others = {},
    without = [],
  }: { readonly others?: Readonly<Record<string, string>>; readonly without?: readonly string[] } = {},
): string[] {
  const root = mkdtempSync(join(tmpdir(), 'keelson-feast-'));
  try {
    const folder = join(root, 'environments/dev');
    mkdirSync(join(folder, 'teams'), { recursive: true });
    const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
    writeFileSync(join(root, 'environments/defaults.yaml'), read('environments/defaults.yaml'));
    const environment = parse(read('environments/dev/environment.yaml'));
    environment.components = { ...environment.components, feast: {}, redis: {} };
    for (const name of without) delete environment.components[name];
    writeFileSync(join(folder, 'environment.yaml'), stringify(environment));
    for (const [name, text] of Object.entries({ vision, ...others })) {
      writeFileSync(join(folder, 'teams', `${name}.yaml`), `${TEAM(name)}features:\n${text}`);
    }
    const { environments, problems, locate } = loadEnvironments(root, SCHEMAS);
    const all = [...problems, ...environments.flatMap((one) => plan(one).problems)];
    return renderProblems(all, locate)
      .split('\n')
      .filter((line) => line.startsWith('environments/'))
      .map((line) => line.replace('environments/dev/', ''));
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('features that are well are taken', () => {
  expect(said(FILES)).toEqual([]);
  expect(said(`${FILES}  offlineStore: postgres\n`)).toEqual([]);
});

test('no online store', () => {
  expect(said(FILES, { without: ['redis'] })).toEqual([
    'teams/vision.yaml:5:1  features: vision-features needs a key-value store that speaks Redis\' protocol (keeps the newest values, which are served), but nothing in this environment offers "cache"; add components.redis or external.cache',
  ]);
});

test('no registry', () => {
  expect(said(FILES, { without: ['feast'] })).toEqual([
    'teams/vision.yaml:5:1  features: vision-features needs a Feast registry server (keeps what features are defined), but nothing in this environment offers "feature-registry"; add components.feast',
  ]);
});

test('two teams with one project', () => {
  const fraud = `  project: fraud\n${FILES}`;
  expect(said(fraud, { others: { ranking: `  project: ranking\n${FILES}` } })).toEqual([]);
  expect(said(fraud, { others: { ranking: fraud } })).toEqual([
    'teams/vision.yaml:5:1  features: vision-features asks feast for the feature project "fraud", which is ranking-features\'s; ask for another',
  ]);
});

test.each([
  [
    'a schedule that is no cron line',
    `${FILES}  materializations: [{schedule: "every hour"}]\n`,
    '7:33  features.materializations[0].schedule: "every hour" is not a cron line; write five fields (minute, hour, day of month, month, day of week) like "30 2 * * *"',
  ],
  [
    'an hour that there is not',
    `${FILES}  materializations: [{schedule: "0 25 * * *"}]\n`,
    '7:33  features.materializations[0].schedule: "0 25 * * *" is not a cron line: "25" is not an hour; the hour goes from 0 to 23; write it like "30 2 * * *"',
  ],
  [
    'two schedules with one name',
    `${FILES}  materializations: [{}, {schedule: "0 1 * * *"}]\n`,
    '7:26  features.materializations[1]: is the second schedule called "hourly"; give each a name of its own',
  ],
  [
    'an offline store that the platform does not have',
    `${FILES}  offlineStore: bigquery\n`,
    '7:17  features.offlineStore: "bigquery" is not an offline store of the platform; take files, duckdb or postgres',
  ],
  [
    'an offline store that the team has nothing for',
    `${FILES}  offlineStore: duckdb\n`,
    "7:17  features.offlineStore: is duckdb, which reads files of the team's shared volume, and the team has none; add sharedVolume, or take files or postgres",
  ],
  [
    'files in a bucket, with the image that cannot read them',
    `${FILES}  offlineStore: files\n`,
    "7:17  features.offlineStore: is files, which are read from a bucket by s3fs, and Feast's own image has none; take definitions from an image that has it, or take duckdb or postgres",
  ],
  [
    'definitions that are nowhere',
    '  definitions: {}\n',
    '6:16  features.definitions: says nowhere what is defined; write one of image, git, files',
  ],
  [
    'definitions that are in two places',
    '  definitions: {files: {a.py: "x = 1"}, image: {reference: "registry.example.com/a:1"}}\n',
    '6:16  features.definitions: has image and files; definitions come from one place, keep one of them',
  ],
  [
    'a branch',
    '  definitions: {git: {url: "https://git.example.com/a.git", commit: main}}\n',
    '6:69  features.definitions.git.commit: "main" is not a commit; write all 40 digits of its hash, since a branch or tag can move',
  ],
  [
    'a name that is none of a project',
    `  project: my-project\n${FILES}`,
    '6:12  features.project: "my-project" is not a name of a Feast project; use letters, digits and underscores, the first no underscore',
  ],
  [
    'a name that is too long',
    `${FILES}  materializations: [{name: every-hour-of-every-day-of-the-year}]\n`,
    '7:29  features.materializations[0].name: "every-hour-of-every-day-of-the-year" is longer than 31 characters, which is all that is left of the name of a CronJob',
  ],
])('%s', (_, features, message) => expect(said(features)).toEqual([`teams/vision.yaml:${message}`]));

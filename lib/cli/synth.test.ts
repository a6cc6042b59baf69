import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseSynthArguments } from './arguments.ts';
import { environmentOutput } from './environment-output.ts';
import { placesOf } from './places.ts';
import { synth } from './synth.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'keelson-synth-')));
  environment('blue');
  environment('green', '', 'operators: {providedBy: blue}\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function environment(name: string, components = '', more = ''): void {
  put(
    `environments/${name}/environment.yaml`,
    `namespacePrefix: ${name}-
cluster:
  name: shared
  provider: kind
  kubernetesVersion: "1.34"
  domain: ${name}.example.com
  nodePools: [{ name: general, instanceType: any, cpu: "8", memory: 32Gi, min: 1, max: 1 }]
argocd: { repository: { url: https://git.example.com/ml/platform.git } }
components: {${components}}
${more}`,
  );
  put(
    `environments/${name}/teams/vision.yaml`,
    'name: vision\ndisplayName: Vision\ncostCentre: "1"\nquota: { cpu: 1, memory: 1Gi, storage: 1Gi, pods: 9 }\n',
  );
}

function run(line = '', outdir?: string, outputOf = environmentOutput): { code: number; out: string; err: string } {
  const parsed = parseSynthArguments(line.split(' ').filter(Boolean));
  if (typeof parsed === 'string') throw new Error(parsed);
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    seconds: () => 0.4213,
  };
  const code = synth(parsed, placesOf(root, outdir), io, outputOf);
  return { code, out, err };
}

const files = (directory: string): string[] =>
  existsSync(join(root, directory))
    ? readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .sort()
    : [];

const all = (): string[] => files('.').filter((file) => !file.startsWith('environments/'));

test('environments become dist, argocd and what stands beside them, and a table says so', () => {
  const { code, out, err } = run();
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^environment {2}components {2}objects {2}added {2}changed {2}removed\nblue +\d+ +(\d+) +\1 +0 +0\ngreen +\d+ +(\d+) +\2 +0 +0\nbeside dist\/: \d+ added, 0 changed, 0 removed\n\d+ files written or removed in 0\.42 s\n$/,
  );
  expect(readdirSync(join(root, 'dist'))).toEqual(['blue', 'green']);
  expect(files('dist/blue')).toContain('dist/blue/teams/team-vision/resourcequota-team-vision.yaml');
  expect(files('argocd')).toEqual([
    'argocd/shared/argocd-cm.yaml',
    'argocd/shared/blue/applicationset-blue.yaml',
    'argocd/shared/blue/appproject-blue.yaml',
    'argocd/shared/bootstrap.yaml',
    'argocd/shared/green/applicationset-green.yaml',
    'argocd/shared/green/appproject-green.yaml',
  ]);
});

test('the second time nothing changes and nothing is touched', () => {
  run();
  const before = all().map((file) => [file, statSync(join(root, file)).mtimeMs, statSync(join(root, file)).ino]);
  const directory = statSync(join(root, 'dist/blue')).ino;
  const { code, out } = run();
  expect(code).toBe(0);
  expect(out).toMatch(/\nnothing changed, in 0\.42 s\n$/);
  expect(all().map((file) => [file, statSync(join(root, file)).mtimeMs, statSync(join(root, file)).ino])).toEqual(
    before,
  );
  expect(statSync(join(root, 'dist/blue')).ino).toBe(directory);
});

test('a name limits it', () => {
  const { out } = run('green');
  expect(out).not.toContain('blue');
  expect(readdirSync(join(root, 'dist'))).toEqual(['green']);
  expect(readdirSync(join(root, 'argocd/shared')).sort()).toEqual(['argocd-cm.yaml', 'bootstrap.yaml', 'green']);
});

test('one environment after the other makes what all at once make, operators for neighbours included', () => {
  environment('green', 'secrets: { source: generated }, postgres: {}', 'operators: {providedBy: blue}\n');
  run();
  const made = () => all().map((file) => [file, readFileSync(join(root, file), 'utf8')]);
  const together = made();
  expect(together.map(([file]) => file)).toContain(
    'dist/blue/operators/cloudnative-pg/application-blue.cloudnative-pg.yaml',
  );
  for (const folder of ['dist', 'argocd', 'docs', 'schemas']) rmSync(join(root, folder), { recursive: true });
  expect([run('blue').err, run('green').err]).toEqual(['', '']);
  expect(made()).toEqual(together);
  // And once more over what is there: nothing goes.
  expect([run('blue').err, run('green').err]).toEqual(['', '']);
  expect(made()).toEqual(together);
});

test('an object that two environments write is found whichever of them is asked for', () => {
  const both = (loaded: Parameters<typeof environmentOutput>[0], dependents: readonly (typeof loaded)[] = []) =>
    environmentOutput({ ...loaded, config: { ...loaded.config, namespacePrefix: '' } }, dependents);
  for (const asked of ['', 'blue', 'green']) {
    const { code, err } = run(asked, undefined, both);
    expect(code).toBe(1);
    expect(err).toContain('environments-do-not-meet: the environment "blue" on the same cluster writes the');
  }
  expect(all()).toEqual([]);
});

test('--check names what would change, changes nothing and fails; and passes when nothing would', () => {
  run();
  const stray = 'dist/blue/teams/team-vision/stray.yaml';
  put(stray, 'x');
  const changed = 'dist/green/teams/team-vision/resourcequota-team-vision.yaml';
  put(changed, 'x');
  const { code, err } = run('--check');
  expect(code).toBe(1);
  expect(err).toBe(
    `these files are not what environments/ says:\n  removed ${stray}\n  changed ${changed}\nrun npm run synth, and commit what it writes\n`,
  );
  expect(readFileSync(join(root, changed), 'utf8')).toBe('x');
  expect(run()).toMatchObject({ code: 0 });
  expect(run('--check')).toMatchObject({ code: 0, err: '' });
  expect(existsSync(join(root, stray))).toBe(false);
});

test('--check in an empty repository writes nothing at all', () => {
  expect(run('--check')).toMatchObject({ code: 1 });
  expect(all()).toEqual([]);
});

test('a mistake in one environment leaves all of them as they were', () => {
  run();
  const before = all();
  environment('blue', 'mlfow: {}');
  put(
    'environments/green/teams/sound.yaml',
    readFileSync(join(root, 'environments/green/teams/vision.yaml'), 'utf8').replace('vision', 'sound'),
  );
  const { code, out, err } = run();
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^environments\/blue\/environment\.yaml:9:14 {2}components\.mlfow: unknown key; did you mean "mlflow"\?\n/,
  );
  expect(all()).toEqual(before);
});

test('a mistake in the wiring is shown at its place, and leaves everything as it was', () => {
  environment('green', 'mlflow: {}', 'operators: {providedBy: blue}\n');
  const { code, err } = run();
  expect(code).toBe(1);
  expect(err).toContain('environments/green/environment.yaml:9:22  components.mlflow: mlflow needs');
  expect(all()).toEqual([]);
});

test('mistakes in files and in the wiring are told together, whichever environment they are in', () => {
  environment('blue', 'mlflow: {}');
  environment('green', 'postgrs: {}', 'operators: {providedBy: blue}\n');
  const { code, err } = run();
  expect(code).toBe(1);
  expect(err).toContain('components.postgrs: unknown key; did you mean "postgres"?');
  expect(err).toContain('components.mlflow: mlflow needs a PostgreSQL database');
  expect(all()).toEqual([]);
});

test('the operators that another environment relies on do not go because that one cannot be read', () => {
  environment('green', 'secrets: { source: generated }, postgres: {}', 'operators: {providedBy: blue}\n');
  expect(run()).toMatchObject({ code: 0, err: '' });
  const operator = 'dist/blue/operators/cloudnative-pg/application-blue.cloudnative-pg.yaml';
  expect(all()).toContain(operator);
  environment('green', 'postgres: { instance: 3 }', 'operators: {providedBy: blue}\n');
  const { code, err } = run('blue');
  expect(code).toBe(1);
  expect(err).toContain('components.postgres.instance: unknown key');
  expect(all()).toContain(operator);
});

test('an environment that breaks a rule is not written, nor are the others', () => {
  const { code, out, err } = run('', undefined, (environment) => {
    const output = environmentOutput(environment);
    if (!output.complete || environment.name === 'blue') return output;
    const [entry] = output.delivery.manifests.entries;
    if (!entry) throw new Error('the environment is empty');
    const violation = {
      rule: 'names-are-pretty',
      component: 'vision',
      entry,
      message: 'an ugly name',
      fix: 'rename it',
    };
    return { ...output, violations: [violation] };
  });
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^green\n\n\w+ .+\n {2}names-are-pretty: an ugly name\n {4}rename it\n$/);
  expect(all()).toEqual([]);
});

test('what an environment left goes with it, and nothing else does', () => {
  run();
  put('docs/catalogue/green.md', 'x');
  put('docs/catalogue/.keep', 'x');
  put('dist/notes/todo/later.txt', 'x');
  put('argocd/extra/mine/settings.yml', 'x');
  rmSync(join(root, 'environments/green'), { recursive: true });
  expect(run()).toMatchObject({ code: 0 });
  expect(readdirSync(join(root, 'dist')).sort()).toEqual(['blue', 'notes']);
  expect(readdirSync(join(root, 'argocd/shared')).sort()).toEqual(['argocd-cm.yaml', 'blue', 'bootstrap.yaml']);
  expect(files('argocd/extra')).toHaveLength(1);
  expect(files('docs/catalogue').filter((file) => !file.endsWith('blue.md'))).toEqual(['docs/catalogue/.keep']);
  expect(run('--check')).toMatchObject({ code: 0 });
});

test('cdk8s may say where dist goes; the rest and the bytes are the same', () => {
  run();
  const bytes = files('dist').map((file) => readFileSync(join(root, file), 'utf8'));
  run('', join(root, 'elsewhere'));
  expect(files('elsewhere').map((file) => readFileSync(join(root, file), 'utf8'))).toEqual(bytes);
  expect(files('elsewhere')).toEqual(files('dist').map((file) => file.replace('dist', 'elsewhere')));
});

test('what stands in the way is named, without a stack', () => {
  put('dist/blue', 'a file');
  const { code, err } = run();
  expect(code).toBe(1);
  expect(err).toBe(`${root}/dist/blue is a file, and a directory is to be written there; move it away\n`);
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROVIDERS } from '../../clusters/provider.ts';
import { loadEnvironments } from '../../config/load.ts';
import { SCHEMAS } from '../../platform/environment-schema.ts';
import { newThing } from './new.ts';

const DEFAULTS = 'argocd: {repository: {url: https://git.example.com/ml/platform.git}}\n';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-new-test-'));
  put('environments/defaults.yaml', DEFAULTS);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
const get = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Runs the command; answers stand for a person at a terminal. */
async function run(line: string, answers?: string[]) {
  let out = '';
  let err = '';
  const asked: string[] = [];
  const argv = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
  const code = await newThing(argv, root, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    ...(answers && {
      ask: (question: string) => {
        asked.push(question);
        const answer = answers.shift();
        if (answer === undefined) throw new Error(`nobody answers: ${question}`);
        return Promise.resolve(answer);
      },
    }),
  });
  return { code, out, err, asked };
}

const OWNER = '--owner @example/ml-platform';
const environment = (name = 'prod', more = '--provider gke') => run(`environment ${name} ${more} ${OWNER}`);
const team = (more = '') => `team vision --cost-centre cc-1 --owner @example/ml-vision ${more}`;
const problems = () => loadEnvironments(root, SCHEMAS).problems;

test.each(PROVIDERS)('an environment on %s is right as it is made, and so is a team in it', async (provider) => {
  const made = await environment('prod', `--provider ${provider}`);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/^made environments\/prod\/environment.yaml\n/);
  expect(made.out).toMatch(/npm run synth will add [0-9]+ objects:/);
  expect(made.out.includes('marked CHANGE')).toBe(true);
  const shared = provider === 'kind' || provider === 'gke' ? '' : '--shared-volume 100Gi';
  const of = await run(team(`--members ml-vision --admins leads ${shared}`));
  expect([of.code, of.err]).toEqual([0, '']);
  expect(problems()).toEqual([]);
});

test('a team says what it was told, and names what it could say besides', async () => {
  await environment();
  const { code, out } = await run(
    team('--display-name "yes: Vision" --cpu 8 --memory 32Gi --storage 1Ti --members a,b --shared-volume 1Ti'),
  );
  expect(code).toBe(0);
  const [{ teams } = { teams: [] }] = loadEnvironments(root, SCHEMAS).environments;
  expect(teams[0]?.config).toMatchObject({
    name: 'vision',
    displayName: 'yes: Vision',
    costCentre: 'cc-1',
    members: { groups: ['a', 'b'] },
    quota: { cpu: '8', memory: '32Gi', storage: '1Ti', gpus: {} },
    sharedVolume: { size: '1Ti' },
  });
  for (const key of ['perUser', 'datasets', 'bucket', 'rayClusters', 'viewers']) {
    expect(get('environments/prod/teams/vision.yaml')).toMatch(new RegExp(`^ *# ${key}:`, 'm'));
  }
  expect(out).toMatch(/\nNamespace +1\n/);
  expect(out).toMatch(/\nRoleBinding +1\n/);
});

test('what stands in comments would be right too', async () => {
  await environment();
  await run(team('--shared-volume 100Gi'));
  const file = 'environments/prod/teams/vision.yaml';
  const text = get(file);
  const open = text.replace(
    /^( *)# ?(viewers|perUser|bucket|datasets|rayClusters| {2})(.*)$/gm,
    (_, indent, key, rest) => `${indent}${key}${rest}`,
  );
  expect(open.length).toBeLessThan(text.length);
  // No node there has a GPU, and the notes have a user with one.
  put(file, open.replace('  gpus: 1\n', ''));
  expect(problems().map(({ message }) => message)).toEqual([]);
});

describe('a person', () => {
  test('is asked what is not given, again where the answer is wrong, and takes what is proposed', async () => {
    await environment();
    const { code, asked } = await run('team vision --cpu 4', [
      // One environment is the one; a name; then a cost centre that is none.
      '',
      '',
      'cc 1',
      'cc-1',
      'ml vision',
      'ml-vision',
      '',
      '',
      '',
      '',
      '100Gi',
      'me',
      '@example/ml-vision',
    ]);
    expect(code).toBe(0);
    expect(asked[0]).toBe('Environment (prod) [prod]: ');
    expect(asked.find((question) => question.includes('"cc 1"'))).toContain(
      '"cc 1" is not a cost centre; letters, digits, "-", "_" and ".", e.g. cc-4711\nCost centre',
    );
    expect(asked.some((question) => question.startsWith('CPU'))).toBe(false);
    expect(get('environments/prod/teams/vision.yaml')).toContain('  groups: [ml-vision]\n');
    expect(get('environments/prod/teams/vision.yaml')).toContain('sharedVolume:\n  size: 100Gi\n');
  });
});

describe('CODEOWNERS', () => {
  test('is made, and a team stands behind those beside it', async () => {
    await environment();
    await run(team());
    expect(get('.github/CODEOWNERS').split('\n').slice(-3)).toEqual([
      '/environments/prod/ @example/ml-platform',
      '/environments/prod/teams/vision.yaml @example/ml-vision',
      '',
    ]);
  });

  test('keeps what is in it, and a folder stands before what is in it, which decides', async () => {
    const before = '# Ours.\n* @example/all\n/environments/prod/teams/a.yaml @example/a\n/docs/ @example/docs\n';
    put('.github/CODEOWNERS', before);
    await environment();
    await run(team());
    expect(get('.github/CODEOWNERS')).toBe(
      '# Ours.\n* @example/all\n/environments/prod/ @example/ml-platform\n/environments/prod/teams/a.yaml @example/a\n/environments/prod/teams/vision.yaml @example/ml-vision\n/docs/ @example/docs\n',
    );
  });
});

describe('nothing is written', () => {
  const untouched = async (line: string): Promise<string> => {
    const owners = existsSync(join(root, '.github/CODEOWNERS')) ? get('.github/CODEOWNERS') : '';
    const { code, err, out } = await run(line);
    expect([code, out]).toEqual([1, '']);
    expect(existsSync(join(root, '.github/CODEOWNERS')) ? get('.github/CODEOWNERS') : '').toBe(owners);
    return err;
  };

  test('over what is there', async () => {
    await environment();
    await run(team());
    const text = get('environments/prod/teams/vision.yaml');
    expect(await untouched(team('--cpu 99'))).toBe(
      'environments/prod/teams/vision.yaml is there already, and nothing is written over; choose another name\n',
    );
    expect(get('environments/prod/teams/vision.yaml')).toBe(text);
    expect(await untouched(`environment prod --provider kind ${OWNER}`)).toContain(
      'environments/prod is there already',
    );
  });

  test('where something is missing, and all of it is told', async () => {
    await environment();
    expect(await untouched('team vision')).toBe(
      '--cost-centre is missing: Cost centre, like cc-4711\n--owner is missing: Who reviews changes of its file, like @example/ml-vision\n',
    );
    await environment('dev', '--provider kind');
    expect(await untouched(team())).toBe('--environment is missing: Environment (dev, prod)\n');
    expect(existsSync(join(root, 'environments/prod/teams'))).toBe(false);
  });

  test.each([
    ['team Vision', '"Vision" is not a name for a team'],
    [team('--memory 64'), '--memory: "64" is not a quantity of memory; write it like 16Gi or 512Mi'],
    [team('--gpus a10g'), '--gpus: "a10g" is not written as GPUs are; write a10g=2,h100=1'],
    [team('--members system:masters'), '--members: "system:masters" is not a group of people'],
    [team('--environment nowhere'), '--environment: "nowhere" is no environment; there is prod'],
    [team('--gpus a10g=1'), 'quota.gpus.a10g: no node pool of the cluster has a GPU'],
    [team('--storage 1Gi --shared-volume 2Gi'), 'sharedVolume.size: 2Gi is more than the 1Gi'],
    [team('--cpus 4'), 'there is no option "--cpus"; did you mean "--cpu"?'],
    [team('--cpu'), '--cpu wants a value: CPU of all its pods together'],
    ['team', 'the team has no name; write npm run new -- team <name>'],
    ['team a b', 'one team at a time, and "b" follows "a"'],
    ['teem vision', '"teem" cannot be made; did you mean "team"?'],
    [`environment x --provider gkee ${OWNER}`, '--provider: "gkee" is not known; write one of kind, minikube'],
    [`environment 1x --provider gke ${OWNER}`, '"1x" is not a name here; begin it with a letter'],
    [`environment x --provider gke --cluster prod ${OWNER}`, 'cluster'],
  ])('npm run new -- %s', async (line, message) => {
    await environment();
    expect(await untouched(line)).toContain(message);
    expect(problems()).toEqual([]);
    expect(existsSync(join(root, 'environments/x'))).toBe(false);
  });

  test('where what is there is wrong already', async () => {
    await environment();
    put('environments/prod/teams/broken.yaml', 'name: broken\n');
    expect(await untouched(team())).toContain(
      'nothing is written, since this is wrong:\n\nenvironments/prod/teams/broken',
    );
  });
});

test('it says how it is used', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  expect(out).toContain('npm run new -- team <name>');
});

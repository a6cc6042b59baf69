import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareText } from '../../collections.ts';
import { ENVIRONMENTS, findFiles } from '../../config/files.ts';
import { loadEnvironments } from '../../config/load.ts';
import { kubernetesName, teamName } from '../../config/scalars.ts';
import { SCHEMAS } from '../../platform/environment-schema.ts';
import { renderTable } from '../table.ts';
import { type Given, NEW_USAGE, parseNewArguments } from './arguments.ts';
import { CODEOWNERS, withOwner } from './codeowners.ts';
import { CHANGE, environmentFile, environmentQuestions } from './environment-file.ts';
import { preview } from './preview.ts';
import { type Ask, answersTo } from './questions.ts';
import { teamFile, teamQuestions } from './team-file.ts';

export interface NewIo {
  out(text: string): void;
  err(text: string): void;
  /** Absent where nobody can be asked. */
  readonly ask?: Ask;
}

/** What is to be written, once it is known that nothing is wrong with it. */
interface Draft {
  readonly file: string;
  readonly environment: string;
  readonly content: string;
  /** Path in CODEOWNERS, and who owns it. */
  readonly owned: string;
  readonly owner: string;
}

/** `npm run new`: returns the exit code. Nothing is written unless all is well, and nothing that is there is written over. */
export async function newThing(argv: readonly string[], root: string, io: NewIo): Promise<number> {
  const parsed = parseNewArguments(argv);
  if (typeof parsed === 'string') {
    io.err(`${parsed}\n\n${NEW_USAGE}\n`);
    return 1;
  }
  if (parsed.what === 'help') {
    io.out(`${NEW_USAGE}\n`);
    return 0;
  }
  const draft =
    parsed.what === 'team'
      ? await teamDraft(parsed.name, parsed.given, root, io)
      : await environmentDraft(parsed.name, parsed.given, root, io);
  if (typeof draft === 'string') {
    io.err(`${draft}\n`);
    return 1;
  }
  const found = preview(root, draft.file, draft.content, draft.environment);
  if ('problems' in found) {
    io.err(`nothing is written, since this is wrong:\n\n${found.problems}`);
    return 1;
  }
  write(root, draft, io);
  report(draft, found, io);
  return 0;
}

async function teamDraft(name: string, given: Given<'team'>, root: string, io: NewIo): Promise<Draft | string> {
  const bad = teamName.safeParse(name).error?.issues[0]?.message;
  if (bad !== undefined) return `"${name}" ${bad}`;
  const environments = findFiles(root).environments.map((one) => one.name);
  if (environments.length === 0) return 'there is no environment yet; make one with npm run new -- environment <name>';
  const where = given.environment ?? (environments.length === 1 ? environments[0] : undefined);
  // Before anything is asked.
  const there = where !== undefined && taken(root, teamPath(where, name));
  if (there) return there;
  const answered = await answersTo(teamQuestions(name, environments, modelsOf(root, where)), given, io.ask);
  if ('problems' in answered) return answered.problems.join('\n');
  const said = (option: Parameters<Parameters<typeof teamFile>[1]>[0]): string => answered.answers.get(option) ?? '';
  const environment = said('environment');
  const file = teamPath(environment, name);
  return (
    taken(root, file) || {
      file,
      environment,
      content: teamFile(name, said),
      owned: `/${file}`,
      owner: said('owner'),
    }
  );
}

async function environmentDraft(
  name: string,
  given: Given<'environment'>,
  root: string,
  io: NewIo,
): Promise<Draft | string> {
  const bad = kubernetesName.regex(/^[a-z]/, { error: 'is not a name here; begin it with a letter' }).safeParse(name);
  if (bad.error) return `"${name}" ${bad.error.issues[0]?.message}`;
  const file = `${ENVIRONMENTS}/${name}/environment.yaml`;
  const there = taken(root, `${ENVIRONMENTS}/${name}`);
  if (there) return there;
  const answered = await answersTo(environmentQuestions(name), given, io.ask);
  if ('problems' in answered) return answered.problems.join('\n');
  const said = (option: Parameters<Parameters<typeof environmentFile>[0]>[0]): string =>
    answered.answers.get(option) ?? '';
  return {
    file,
    environment: name,
    content: environmentFile(said),
    owned: `/${ENVIRONMENTS}/${name}/`,
    owner: said('owner'),
  };
}

const teamPath = (environment: string, name: string): string => `${ENVIRONMENTS}/${environment}/teams/${name}.yaml`;

const taken = (root: string, path: string): string =>
  existsSync(join(root, path)) ? `${path} is there already, and nothing is written over; choose another name` : '';

/** GPU models of an environment's nodes, or of all. */
function modelsOf(root: string, environment: string | undefined): string[] {
  const { environments } = loadEnvironments(root, SCHEMAS);
  const asked = environments.filter(({ name }) => environment === undefined || name === environment);
  const models = asked.flatMap(({ config }) => config.cluster.nodePools.flatMap(({ gpu }) => gpu?.model ?? []));
  return [...new Set(models)].sort(compareText);
}

function write(root: string, { file, content, owned, owner }: Draft, io: NewIo): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  // Fails when somebody made it in the meantime.
  writeFileSync(path, content, { flag: 'wx' });
  io.out(`made ${file}\n`);
  const owners = join(root, CODEOWNERS);
  const before = existsSync(owners) ? readFileSync(owners, 'utf8') : undefined;
  const after = withOwner(before, owned, owner);
  if (after === before) return;
  mkdirSync(dirname(owners), { recursive: true });
  writeFileSync(owners, after);
  io.out(`${CODEOWNERS}: ${owned} belongs to ${owner}\n`);
}

function report(
  { content, file }: Draft,
  { added, changed }: { readonly added: ReadonlyMap<string, number>; readonly changed: number },
  io: NewIo,
): void {
  const rows = [...added].sort(([a], [b]) => compareText(a, b));
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const others = changed === 0 ? '' : `, and change ${changed} that ${changed === 1 ? 'is' : 'are'} there`;
  io.out(`\nnpm run synth will add ${total} objects${others}:\n\n`);
  io.out(
    `${renderTable<[string, number]>(
      [
        { title: 'kind', cell: ([kind]) => kind },
        { title: 'objects', cell: ([, count]) => count },
      ],
      rows,
    )}\n`,
  );
  const marked = content.split('\n').flatMap((line, index) => (line.includes(CHANGE) ? [index + 1] : []));
  if (marked.length > 0) {
    io.out(`\nbefore it can run, look at what is marked ${CHANGE}: ${file}, lines ${marked.join(', ')}\n`);
  }
}

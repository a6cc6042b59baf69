import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { EnvironmentConfig } from './environment.ts';
import { ENVIRONMENTS, type EnvironmentFiles, findFiles } from './files.ts';
import { type Locate, locator, type Source } from './locate.ts';
import { isMapping, merge } from './merge.ts';
import { guess } from './nearest.ts';
import { type Neighbour, neighbourProblems } from './neighbours.ts';
import type { Problem } from './problem.ts';
import { type SealedValues, sealedSecretsSchema } from './sealed-secrets.ts';
import { validate } from './validate.ts';
import { parseYaml } from './yaml-file.ts';

/** What the files are validated against; the platform composes it from the kinds that exist. */
export interface Schemas<Team extends Named> {
  readonly environment: z.ZodType<EnvironmentConfig>;
  readonly team: z.ZodType<Team>;
}

interface Named {
  readonly name: string;
}

export interface LoadedTeam<Team> {
  readonly name: string;
  readonly file: string;
  readonly config: Team;
}

/** An environment whose files are all right. */
export interface LoadedEnvironment<Team = unknown> {
  /** Name of its folder. */
  readonly name: string;
  /** Its environment.yaml, from the root of the repository. */
  readonly file: string;
  readonly config: EnvironmentConfig;
  readonly teams: readonly LoadedTeam<Team>[];
  readonly sealedSecrets: SealedValues;
  /** Every file that it was read from, the defaults too. */
  readonly files: readonly string[];
}

export interface Configuration<Team> {
  /** Those without a problem, in the order of their names. */
  readonly environments: readonly LoadedEnvironment<Team>[];
  readonly problems: readonly Problem[];
  /** Finds the place of a problem in the files, also of one that is found later. */
  readonly locate: Locate;
}

/**
 * Reads all environments below `root`, or those named in `only`, and everything that is wrong with them.
 * Never throws for what a person wrote.
 */
export function loadEnvironments<Team extends Named>(
  root: string,
  schemas: Schemas<Team>,
  { only }: { readonly only?: readonly string[] } = {},
): Configuration<Team> {
  const loader = new Loader(root, schemas);
  const found = findFiles(root);
  const names = found.environments.map(({ name }) => name);
  const selected = new Set(only ?? names);
  const defaults = found.defaults === undefined ? undefined : loader.read(found.defaults);
  // Also of environments that are not asked for: they may share a cluster with one that is.
  const seen = found.environments.map((files) => loader.environment(files, defaults));
  const neighbours = neighbourProblems(
    seen.flatMap(({ name, file, config }): Neighbour[] => (config ? [{ name, file, config }] : [])),
    names,
  );
  const loaded = seen.flatMap((one, index) => {
    const files = found.environments[index];
    if (!files || !selected.has(one.name)) return [];
    return [
      loader.complete(
        files,
        one,
        neighbours.filter(({ file }) => file === one.file),
      ),
    ];
  });
  return {
    environments: loaded.flatMap(({ environment }) => environment ?? []),
    problems: [
      ...found.problems,
      ...(only ?? []).filter((name) => !names.includes(name)).map((name) => unknownEnvironment(name, names)),
      ...(defaults?.problems ?? []),
      ...loaded.flatMap(({ problems }) => problems),
    ],
    locate: locator(loader.sources),
  };
}

interface Seen {
  readonly name: string;
  readonly file: string;
  readonly config: EnvironmentConfig | undefined;
  readonly problems: readonly Problem[];
}

interface Read {
  readonly file: string;
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

class Loader<Team extends Named> {
  readonly sources = new Map<string, Source>();

  constructor(
    readonly root: string,
    readonly schemas: Schemas<Team>,
  ) {}

  read(file: string, over?: string): Read {
    const bytes = bytesOf(join(this.root, file));
    if (bytes === undefined || !isUtf8(bytes)) {
      const message = bytes === undefined ? 'cannot be read' : 'is not UTF-8 text; save it as UTF-8';
      return { file, value: undefined, problems: [{ file, path: [], at: 'value', message }] };
    }
    const text = bytes.toString();
    this.sources.set(file, { text, ...(over !== undefined && { over }) });
    return { file, ...parseYaml(file, text) };
  }

  environment({ name, environment: file, problems: missing }: EnvironmentFiles, defaults: Read | undefined): Seen {
    if (missing.some((problem) => problem.file === file)) return { name, file, config: undefined, problems: missing };
    const { value, problems } = this.read(file, defaults?.file);
    const known = [...missing, ...problems];
    // What is unreadable in the defaults may be all that an environment lacks.
    const blind = value === undefined || (defaults !== undefined && defaults.value === undefined);
    if (blind) return { name, file, config: undefined, problems: known };
    const validated = validate(this.schemas.environment, file, merge(defaults?.value, value));
    return { name, file, config: validated.value, problems: [...known, ...validated.problems] };
  }

  complete(
    files: EnvironmentFiles,
    { name, file, config, problems }: Seen,
    more: readonly Problem[],
  ): { environment: LoadedEnvironment<Team> | undefined; problems: readonly Problem[] } {
    const teams = files.teams.map((team) => this.team(team.name, team.file));
    const sealed = this.sealed(files.sealedSecrets);
    const all = [...problems, ...more, ...teams.flatMap((team) => team.problems), ...sealed.problems];
    if (!config || all.length > 0) return { environment: undefined, problems: all };
    const over = this.sources.get(file)?.over;
    const environment = {
      name,
      file,
      config,
      teams: teams.flatMap(({ team }) => team ?? []),
      sealedSecrets: sealed.value,
      files: [
        ...(over === undefined ? [] : [over]),
        file,
        ...(files.sealedSecrets === undefined ? [] : [files.sealedSecrets]),
        ...files.teams.map((t) => t.file),
      ],
    };
    return { environment, problems: all };
  }

  team(name: string, file: string): { team?: LoadedTeam<Team>; problems: readonly Problem[] } {
    const { value: data, problems } = this.read(file);
    if (data === undefined) return { problems };
    const { value, problems: invalid } = validate(this.schemas.team, file, data);
    const written = isMapping(data) && typeof data.name === 'string' ? data.name : name;
    const all = [...problems, ...(written === name ? invalid : calledOtherwise(file, name, written, invalid))];
    return { ...(value !== undefined && { team: { name, file, config: value } }), problems: all };
  }

  sealed(file: string | undefined): { value: SealedValues; problems: readonly Problem[] } {
    if (file === undefined) return { value: {}, problems: [] };
    const { value: data, problems } = this.read(file);
    if (data === undefined) return { value: {}, problems };
    const { value, problems: invalid } = validate(sealedSecretsSchema, file, data);
    return { value: value ?? {}, problems: [...problems, ...invalid] };
  }
}

/** A name that is none, in a file that is called otherwise, is one mistake: the file says which name is meant. */
function calledOtherwise(file: string, name: string, written: string, invalid: readonly Problem[]): Problem[] {
  const others = invalid.filter(({ path }) => path[0] !== 'name');
  const message =
    others.length === invalid.length
      ? `the file is called ${name}.yaml; write name: ${name}, or call it ${written}.yaml`
      : `${JSON.stringify(written)} is not a name for a team, and the file is called ${name}.yaml; write name: ${name}`;
  return [...others, { file, path: ['name'], at: 'value', message }];
}

function unknownEnvironment(name: string, names: readonly string[]): Problem {
  const file = `${ENVIRONMENTS}/${name}/environment.yaml`;
  return {
    file,
    path: [],
    at: 'value',
    message: `there is no environment "${name}"${guess(name, names)}`,
    allowed: names.join(', '),
  };
}

/** Undefined where the file system refuses: a dangling link, a file of somebody else. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

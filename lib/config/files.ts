import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../collections.ts';
import { guess } from './nearest.ts';
import type { Problem } from './problem.ts';
import { kubernetesName, teamName } from './scalars.ts';

/** The files of one environment, by their paths from the root of the repository. */
export interface EnvironmentFiles {
  readonly name: string;
  readonly environment: string;
  readonly sealedSecrets?: string;
  readonly teams: readonly { readonly name: string; readonly file: string }[];
  /** Files that are missing, misplaced or misnamed. */
  readonly problems: readonly Problem[];
}

export interface ConfigurationFiles {
  readonly defaults?: string;
  readonly environments: readonly EnvironmentFiles[];
  /** What is wrong beside the environments. */
  readonly problems: readonly Problem[];
}

export const ENVIRONMENTS = 'environments';
const DEFAULTS = `${ENVIRONMENTS}/defaults.yaml`;

/** What folders and files are called after, and the most characters that each may have. */
const NAMES = {
  environment: {
    longest: 63,
    example: 'prod',
    fits: (name: string) => kubernetesName.safeParse(name).success && /^[a-z]/.test(name),
  },
  team: { longest: 40, example: 'vision', fits: (name: string) => teamName.safeParse(name).success },
} as const;

/** Why a file or a folder cannot be called so; undefined when it can. */
function badName(kind: keyof typeof NAMES, name: string): string | undefined {
  const { longest, example, fits } = NAMES[kind];
  if (fits(name)) return undefined;
  if (name.length > longest && /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name))
    return `the name of this ${kind} has ${name.length} characters; call it something shorter, at most ${longest}`;
  const a = kind === 'team' ? 'a team' : 'an environment';
  return `"${name}" is not a name for ${a}; write lower-case letters, digits and hyphens, at most ${longest}, beginning with a letter, like ${example}`;
}

/** What there is below `environments/`, in the order of names. */
export function findFiles(root: string): ConfigurationFiles {
  const problems: Problem[] = [];
  const environments: EnvironmentFiles[] = [];
  let defaults: string | undefined;
  const entries = list(root, ENVIRONMENTS);
  if (!entries) {
    const message = 'there is no such folder; each environment has a folder in it, with an environment.yaml';
    return { environments, problems: [whole(ENVIRONMENTS, message)] };
  }
  for (const { name, file, isFolder } of entries) {
    if (isFolder) environments.push(environmentFiles(root, name));
    else if (file === DEFAULTS) defaults = file;
    else if (!isNote(name)) problems.push(stray(file, name, ['defaults.yaml'], 'a folder for each environment'));
  }
  if (environments.length === 0 && problems.length === 0) {
    problems.push(
      whole(ENVIRONMENTS, 'there is no environment in this folder; each is a folder with an environment.yaml'),
    );
  }
  return { ...(defaults !== undefined && { defaults }), environments, problems };
}

function environmentFiles(root: string, name: string): EnvironmentFiles {
  const folder = `${ENVIRONMENTS}/${name}`;
  const environment = `${folder}/environment.yaml`;
  const problems: Problem[] = [];
  const teams: { name: string; file: string }[] = [];
  let found = false;
  let sealedSecrets: string | undefined;
  for (const entry of list(root, folder) ?? []) {
    if (entry.isFolder && entry.name === 'teams') {
      for (const team of list(root, entry.file) ?? []) {
        const short = team.name.replace(/\.yaml$/, '');
        if (team.isFolder || short === team.name) {
          if (!isNote(team.name) || team.isFolder) problems.push(stray(team.file, team.name, [], '<team>.yaml'));
        } else {
          const bad = badName('team', short);
          if (bad !== undefined) problems.push(whole(team.file, bad));
          else teams.push({ name: short, file: team.file });
        }
      }
    } else if (!entry.isFolder && entry.name === 'environment.yaml') found = true;
    else if (!entry.isFolder && entry.name === 'sealed-secrets.yaml') sealedSecrets = entry.file;
    else if (entry.isFolder || !isNote(entry.name)) {
      problems.push(stray(entry.file, entry.name, ['environment.yaml', 'sealed-secrets.yaml'], 'teams/<team>.yaml'));
    }
  }
  const bad = badName('environment', name);
  if (bad !== undefined) problems.push(whole(folder, bad));
  if (!found) problems.push(whole(environment, 'missing; every folder in environments/ needs this file'));
  return { name, environment, ...(sealedSecrets !== undefined && { sealedSecrets }), teams, problems };
}

const whole = (file: string, message: string): Problem => ({ file, path: [], at: 'value', message });

function stray(file: string, name: string, files: readonly string[], also: string): Problem {
  const yaml = name.replace(/\.(yml|json|YAML|YML)$/, '.yaml');
  const wanted = yaml !== name && (files.includes(yaml) || files.length === 0);
  const message = wanted
    ? `not read; call it ${yaml}`
    : `not read${guess(name, files) || '; it is not part of the configuration'}`;
  return { ...whole(file, message), allowed: [...files, also].join(', ') };
}

/** Files for people, and what editors and file managers leave behind. */
const isNote = (name: string): boolean => name.startsWith('.') || name.endsWith('.md');

interface Listed {
  readonly name: string;
  readonly file: string;
  readonly isFolder: boolean;
}

/** A folder's entries by name; undefined when there is no such folder. */
function list(root: string, folder: string): Listed[] | undefined {
  const path = join(root, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return readdirSync(path, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, file: `${folder}/${entry.name}`, isFolder: isFolder(path, entry) }))
    .filter(({ name, isFolder }) => !(isFolder && name.startsWith('.')))
    .sort((a, b) => compareText(a.name, b.name));
}

const isFolder = (parent: string, entry: Dirent): boolean =>
  entry.isDirectory() ||
  (entry.isSymbolicLink() && statSync(join(parent, entry.name), { throwIfNoEntry: false })?.isDirectory() === true);

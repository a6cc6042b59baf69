import { parseArgs } from 'node:util';
import { PROVIDERS } from '../../clusters/provider.ts';
import { guess } from '../../config/nearest.ts';

/** What can be made, and the options of each with what they are given. */
const OPTIONS = {
  team: {
    environment: 'its environment',
    'display-name': 'its name as people say it',
    'cost-centre': 'who pays for it',
    members: 'groups whose members work in it, with commas between',
    admins: 'groups whose members look after it',
    cpu: 'CPU of all its pods together',
    memory: 'memory of all its pods together',
    storage: 'storage of all its volumes together',
    gpus: 'GPUs by model, like a10g=2,h100=1',
    'shared-volume': 'size of the volume that all its pods share; none for no volume',
    owner: 'who reviews changes of its file, for CODEOWNERS, like @example/ml-vision',
  },
  environment: {
    provider: `where its cluster runs: ${PROVIDERS.join(', ')}`,
    cluster: 'name of its cluster',
    domain: 'below which its components appear, like ml.example.com',
    region: 'region of the provider',
    'kubernetes-version': 'minor version, like 1.34',
    owner: 'who reviews changes of its files, for CODEOWNERS',
  },
} as const;

export type What = keyof typeof OPTIONS;
export type OptionOf<W extends What> = keyof (typeof OPTIONS)[W] & string;

export type NewArguments =
  | { readonly what: 'help' }
  | { readonly what: 'team'; readonly name: string; readonly given: Given<'team'> }
  | { readonly what: 'environment'; readonly name: string; readonly given: Given<'environment'> };

export type Given<W extends What> = Readonly<Partial<Record<OptionOf<W>, string>>>;

const usageOf = (what: What): string =>
  Object.entries(OPTIONS[what])
    .map(([option, meaning]) => `  --${option.padEnd(20)}${meaning}`)
    .join('\n');

export const NEW_USAGE = `usage: npm run new -- team <name> [options]
       npm run new -- environment <name> [options]

What is not given is asked for in a terminal; elsewhere it has its default, or is missed.

a team:
${usageOf('team')}

an environment:
${usageOf('environment')}`;

const isWhat = (text: string): text is What => Object.hasOwn(OPTIONS, text);

/** What was asked for, or a sentence about what cannot be understood. */
export function parseNewArguments(argv: readonly string[]): NewArguments | string {
  if (argv.length === 0 || argv.some((one) => one === '--help' || one === '-h')) return { what: 'help' };
  const [what = '', ...rest] = argv;
  const kinds = Object.keys(OPTIONS);
  if (!isWhat(what)) return `"${what}" cannot be made${guess(what, kinds)}; write ${kinds.join(' or ')}`;
  return what === 'team' ? parsed(what, rest) : parsed(what, rest);
}

function parsed<W extends What>(
  what: W,
  argv: readonly string[],
): { readonly what: W; readonly name: string; readonly given: Given<W> } | string {
  const options = OPTIONS[what];
  const { positionals, tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(Object.keys(options).map((option) => [option, { type: 'string' as const }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given: Partial<Record<OptionOf<W>, string>> = {};
  const isOption = (name: string): name is OptionOf<W> => Object.hasOwn(options, name);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isOption(name)) {
      const all = Object.keys(options).map((option) => `--${option}`);
      return `there is no option "${rawName}"${guess(rawName, all)}; the options are ${all.join(', ')}`;
    }
    if (value === undefined || value === '') return `${rawName} wants a value: ${String(options[name])}`;
    if (given[name] !== undefined) return `${rawName} is given twice`;
    given[name] = value;
  }
  const [name, ...others] = positionals;
  if (name === undefined) return `the ${what} has no name; write npm run new -- ${what} <name>`;
  if (others.length > 0) return `one ${what} at a time, and "${others.join(' ')}" follows "${name}"`;
  return { what, name, given };
}

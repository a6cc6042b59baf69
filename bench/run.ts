/**
 * `npm run bench`: how fast a synth is, as ratios measured in one run on one machine, so that they mean something on
 * another. Writes docs/benchmarks.md. Takes about ten minutes; `npm run bench -- --quick` leaves out the largest sets.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { generate } from './generate.ts';
import { median, node, run, type Sample } from './measure.ts';
import { prepareStock, runStock } from './stock.ts';

const repository = join(__dirname, '..');
const quick = process.argv.includes('--quick');
const scratch = mkdtempSync(join(tmpdir(), 'keelson-bench-'));

interface Target {
  readonly what: string;
  readonly measured: number;
  readonly target: string;
  readonly met: boolean;
}

function main(): void {
  const targets: Target[] = [];
  const lines: string[] = [];

  const shipped = join(scratch, 'shipped');
  cpSync(join(repository, 'environments'), join(shipped, 'environments'), { recursive: true });
  const cold = median(7, () => {
    for (const tree of ['dist', 'argocd', 'docs', 'schemas'])
      rmSync(join(shipped, tree), { recursive: true, force: true });
    return synth(shipped);
  });
  const warm = median(7, () => synth(shipped));
  const documents = documentsOf(join(shipped, 'dist'));
  writeFileSync(join(scratch, 'documents.json'), JSON.stringify(documents));
  const floor = median(7, () => {
    rmSync(join(scratch, 'floor'), { recursive: true, force: true });
    return run(
      'node',
      node(join(__dirname, 'floor.ts'), join(scratch, 'documents.json'), join(scratch, 'floor')),
      scratch,
    );
  });
  prepareStock(repository);
  const stock = median(3, () => runStock(repository, shipped));
  const count = Object.keys(documents).length;
  lines.push(
    '## Cold synth of the shipped environments',
    '',
    `${count} objects, in a process of its own, from start to exit; the middle of several runs.`,
    '',
    ...table(
      ['', 'relative to the floor'],
      [
        ['floor: load the same libraries, write the same documents', '1'],
        ['`npm run synth`, nothing written yet', ratio(cold, floor)],
        ['`npm run synth`, nothing to change', ratio(warm, floor)],
        ['`cdk8s synth` with ts-node on the same code', ratio(stock, floor)],
      ],
    ),
    '',
  );
  targets.push(atMost('cold synth, relative to the floor', cold.seconds / floor.seconds, 2));
  targets.push(atLeast('stock `cdk8s synth` with ts-node, relative to ours', stock.seconds / cold.seconds, 5));

  const sizes = [
    { environments: 1, teams: 10 },
    { environments: 1, teams: 100 },
    { environments: 1, teams: 160 },
    { environments: 1, teams: 1000 },
    { environments: 10, teams: 100 },
    ...(quick
      ? []
      : [
          { environments: 100, teams: 100 },
          { environments: 16, teams: 1000 },
        ]),
  ];
  const measured = sizes.map((size) => {
    const root = join(scratch, `${size.environments}x${size.teams}`);
    generate(root, repository, size);
    const large = size.environments * size.teams >= 1000;
    const once = (): Sample => {
      for (const tree of ['dist', 'argocd', 'docs', 'schemas'])
        rmSync(join(root, tree), { recursive: true, force: true });
      return synth(root);
    };
    const sample = large ? once() : median(5, once);
    const objects = countFiles(join(root, 'dist'));
    rmSync(root, { recursive: true, force: true });
    return { ...size, objects, sample };
  });
  const [smallest] = measured;
  const thousand = measured.find(({ teams }) => teams === 160);
  if (!smallest || !thousand) throw new Error('the sizes begin with small ones');
  // What starting up and loading cost is in the smallest set already: the cost of an object is what each one adds to it.
  const marginal = ({ sample, objects }: typeof smallest): number =>
    (sample.seconds - smallest.sample.seconds) / (objects - smallest.objects);
  lines.push(
    '## Growth',
    '',
    'Generated environments, each with every in-cluster component and the teams said; nothing written yet.',
    `The cost of an object is what each one adds to the time of the smallest set, relative to that in the set of ${thousand.objects}.`,
    '',
    ...table(
      ['environments', 'teams in each', 'objects', 'objects per second', 'cost per object', 'memory at most, MiB'],
      measured.map((set) => [
        String(set.environments),
        String(set.teams),
        String(set.objects),
        String(Math.round(set.objects / set.sample.seconds / 100) * 100),
        set === smallest ? '' : (marginal(set) / marginal(thousand)).toFixed(2),
        String(Math.round(set.sample.mebibytes)),
      ]),
    ),
    '',
  );
  const largest = measured.reduce((a, b) => (b.objects > a.objects ? b : a));
  targets.push(
    atMost(
      `cost per object at ${largest.objects} objects, relative to ${thousand.objects}`,
      marginal(largest) / marginal(thousand),
      1.3,
    ),
  );
  const ten = measured.find(({ environments, teams }) => environments === 10 && teams === 100);
  const hundred = measured.find(({ environments }) => environments === 100);
  if (ten && hundred) {
    targets.push(
      atMost('memory with 100 environments, relative to 10', hundred.sample.mebibytes / ten.sample.mebibytes, 2),
    );
  }

  const page = [
    '# Benchmarks',
    '',
    `Ratios of one run of \`npm run bench\`${quick ? ' -- --quick' : ''} on a machine with two cores. The command writes this page.`,
    '',
    ...table(
      ['', 'measured', 'target', ''],
      targets.map(({ what, measured, target, met }) => [what, measured.toFixed(2), target, met ? 'met' : '**missed**']),
    ),
    '',
    ...lines,
  ].join('\n');
  mkdirSync(join(repository, 'docs'), { recursive: true });
  writeFileSync(join(repository, 'docs', 'benchmarks.md'), page);
  process.stdout.write(page);
  if (targets.some(({ met }) => !met)) process.exitCode = 1;
}

const synth = (root: string): Sample => run('node', node(join(repository, 'main.ts')), root);

const ratio = (a: Sample, b: Sample): string => (a.seconds / b.seconds).toFixed(2);
const atMost = (what: string, measured: number, most: number): Target => ({
  what,
  measured,
  target: `at most ${most}`,
  met: measured <= most,
});
const atLeast = (what: string, measured: number, least: number): Target => ({
  what,
  measured,
  target: `at least ${least}`,
  met: measured >= least,
});

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const countFiles = (directory: string): number => files(directory).length;

const documentsOf = (directory: string): Record<string, unknown> =>
  Object.fromEntries(
    files(directory).map((file) => [file.slice(directory.length + 1), parse(readFileSync(file, 'utf8'))]),
  );

try {
  main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

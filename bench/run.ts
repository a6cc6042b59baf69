/**
 * `npm run bench`: how fast a synth is, as ratios measured in one run on one machine, so that they mean something on
 * another. Writes docs/benchmarks.md. Takes some six minutes where nothing else runs; `npm run bench -- --quick` leaves
 * out the largest sets, and writes nothing.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from './generate.ts';
import { fastest, memoryInUse, node, run, type Sample } from './measure.ts';
import { prepareStock, runStock } from './stock.ts';
import { clear, filesIn, mustEqual, written } from './trees.ts';

const repository = join(__dirname, '..');
const quick = process.argv.includes('--quick');
const scratch = mkdtempSync(join(tmpdir(), 'keelson-bench-'));

interface Target {
  readonly what: string;
  readonly measured: number;
  readonly limit: string;
  readonly met: boolean;
}

interface Section {
  readonly targets: readonly Target[];
  readonly lines: readonly string[];
}

function main(): void {
  const sections = [coldSection(), growthSection(), ...(quick ? [] : [memorySection()])];
  const targets = sections.flatMap((section) => section.targets);
  const page = [
    '# Benchmarks',
    '',
    `Written by \`npm run bench\` (Node ${process.version}), which measures everything anew. Times are the fastest of several runs that`,
    'take turns, from the start of a process to its end, and are given as ratios: they hold on other machines too.',
    '',
    ...table(
      ['', 'measured', 'target', ''],
      targets.map(({ what, measured, limit, met }) => [what, measured.toFixed(2), limit, met ? 'met' : '**missed**']),
    ),
    '',
    ...sections.flatMap(({ lines }) => lines),
  ].join('\n');
  if (!quick) {
    mkdirSync(join(repository, 'docs'), { recursive: true });
    writeFileSync(join(repository, 'docs', 'benchmarks.md'), page);
  }
  process.stdout.write(page);
  if (targets.some(({ met }) => !met)) process.exitCode = 1;
}

/** The shipped environments, against the least that must be done, and against what cdk8s does by itself. */
function coldSection(): Section {
  progress('the shipped environments');
  const ours = join(scratch, 'ours');
  const theirs = join(scratch, 'theirs');
  const floor = join(scratch, 'floor');
  for (const root of [ours, theirs]) {
    cpSync(join(repository, 'environments'), join(root, 'environments'), { recursive: true });
  }
  synth(ours);
  const files = join(scratch, 'files.json');
  writeFileSync(files, JSON.stringify(written(ours)));

  const { cold, warm, start, least } = fastest(quick ? 6 : 15, {
    least: () => {
      rmSync(floor, { recursive: true, force: true });
      return run('node', node(join(__dirname, 'floor.ts'), files, floor), scratch);
    },
    start: () => run('node', node(join(repository, 'main.ts'), '--help'), ours),
    cold: () => {
      clear(ours);
      return synth(ours);
    },
    warm: () => synth(ours),
  });
  mustEqual(join(ours, 'dist'), join(floor, 'dist'));
  if (String(cold.packages) !== String(least.packages)) {
    throw new Error(`the floor loads ${least.packages.join(', ')}; a synth loads ${cold.packages.join(', ')}`);
  }

  progress('cdk8s synth with ts-node');
  prepareStock(repository);
  const { checked, unchecked } = fastest(quick ? 1 : 3, {
    checked: () => runStock(repository, theirs),
    unchecked: () => runStock(repository, theirs, '--transpile-only'),
  });
  mustEqual(join(ours, 'dist'), join(theirs, 'dist'));

  const ratio = (sample: Sample): string => (sample.seconds / least.seconds).toFixed(2);
  return {
    targets: [
      atMost('cold synth, relative to the floor', cold.seconds / least.seconds, 2),
      atLeast('stock `cdk8s synth` with ts-node, relative to ours', checked.seconds / cold.seconds, 5),
    ],
    lines: [
      '## The shipped environments',
      '',
      `${filesIn(join(ours, 'dist')).length} objects. The floor runs under tsx too, loads the same packages, turns the same objects into YAML with the`,
      'same options, writes the same files, and does nothing else. `npm run bench` fails when packages or files differ.',
      '',
      ...table(
        ['', 'relative to the floor'],
        [
          ['the floor', ratio(least)],
          ['`npm run synth -- --help`: start and load, and do nothing', ratio(start)],
          ['`npm run synth`, nothing written yet', ratio(cold)],
          ['`npm run synth`, nothing to change', ratio(warm)],
          ['`cdk8s synth` with ts-node, which checks types first, on the same code', ratio(checked)],
          ['the same with `ts-node --transpile-only`', ratio(unchecked)],
        ],
      ),
      '',
    ],
  };
}

interface Size {
  readonly environments: number;
  readonly teams: number;
}

/** About as many objects, in the same mixture. */
const THOUSAND: Size = { environments: 1, teams: 160 };
const TEN_THOUSAND: Size = { environments: 10, teams: 160 };
const HUNDRED_THOUSAND: Size = { environments: 100, teams: 160 };

/** What an object costs when there are many. */
function growthSection(): Section {
  const sizes: readonly Size[] = [
    { environments: 1, teams: 10 },
    { environments: 1, teams: 100 },
    THOUSAND,
    { environments: 1, teams: 1000 },
    { environments: 10, teams: 10 },
    { environments: 10, teams: 100 },
    TEN_THOUSAND,
    { environments: 100, teams: 10 },
    ...(quick ? [] : [{ environments: 10, teams: 1000 }, { environments: 100, teams: 100 }, HUNDRED_THOUSAND]),
  ];
  const measured = sizes.map((size) => {
    const root = generated(size);
    const { sample } = fastest(size.environments * size.teams > 2000 ? 2 : 5, {
      sample: () => {
        clear(root);
        return synth(root);
      },
    });
    const objects = filesIn(join(root, 'dist')).length;
    rmSync(root, { recursive: true, force: true });
    return { size, objects, sample };
  });
  type Measured = (typeof measured)[number];
  const smallest = measured.reduce((a, b) => (b.objects < a.objects ? b : a));
  const of = (size: Size): Measured => measured.find((set) => set.size === size) ?? smallest;
  const largest = of(quick ? TEN_THOUSAND : HUNDRED_THOUSAND);
  // What starting up costs is in the smallest set too: the cost of an object is what each one adds to it.
  const cost = ({ sample, objects }: Measured): number =>
    (sample.seconds - smallest.sample.seconds) / (objects - smallest.objects);
  const relative = (set: Measured, to: Measured): number => cost(set) / cost(to);
  const target = (to: Measured): Target =>
    atMost(`cost per object at ${largest.objects} objects, relative to ${to.objects}`, relative(largest, to), 1.3);
  return {
    targets: [target(of(THOUSAND)), ...(quick ? [] : [target(of(TEN_THOUSAND))])],
    lines: [
      '## Growth',
      '',
      'Generated sets of environments: the shipped `local`, many times over, with many teams; nothing written yet. The cost',
      `of an object is what each one adds to the time of the smallest set, relative to that in the set of ${of(THOUSAND).objects}; it`,
      'falls while the compiler of Node warms up. Objects per second, and memory that the process took, are those of one machine.',
      '',
      ...table(
        ['environments', 'teams in each', 'objects', 'cost per object', 'objects per second', 'memory, MiB'],
        measured.map((set) => [
          String(set.size.environments),
          String(set.size.teams),
          String(set.objects),
          set === smallest ? '' : relative(set, of(THOUSAND)).toFixed(2),
          String(Math.round(set.objects / set.sample.seconds / 100) * 100),
          String(Math.round(set.sample.memory)),
        ]),
      ),
      '',
    ],
  };
}

/** Whether more environments take more memory. */
function memorySection(): Section {
  const [few = 0, many = 0] = [10, 100].map((environments) => {
    const root = generated({ environments, teams: 50 });
    const mebibytes = memoryInUse(join(repository, 'main.ts'), root);
    rmSync(root, { recursive: true, force: true });
    return mebibytes;
  });
  return {
    targets: [atMost('memory in use with 100 environments, relative to 10', many / few, 2)],
    lines: [
      '## Memory',
      '',
      'Environments are synthesized one after the other, and none stays. What grows with their number is what `environments/`',
      'says, all of which is read before anything is made, and the list of files that change.',
      '',
      ...table(
        ['environments', 'teams in each', 'most memory in use after a garbage collection, MiB'],
        [
          ['10', '50', few.toFixed(0)],
          ['100', '50', many.toFixed(0)],
        ],
      ),
      '',
    ],
  };
}

function generated(size: Size): string {
  progress(`${size.environments} environments with ${size.teams} teams each`);
  const root = join(scratch, `${size.environments}x${size.teams}`);
  generate(root, repository, size);
  return root;
}

const progress = (what: string): void => void process.stderr.write(`measuring ${what}\n`);

const synth = (root: string): Sample => run('node', node(join(repository, 'main.ts')), root);

const atMost = (what: string, measured: number, most: number): Target => ({
  what,
  measured,
  limit: `at most ${most}`,
  met: measured <= most,
});

const atLeast = (what: string, measured: number, least: number): Target => ({
  what,
  measured,
  limit: `at least ${least}`,
  met: measured >= least,
});

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

try {
  main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

import { execFileSync, spawnSync } from 'node:child_process';
import { entrypointProblem } from './job-spec.ts';
import { rayJob } from './testing.ts';

/** The line that KubeRay has the pod's bash run. Source: KubeRay 1.6, controllers/ray/common/job.go. */
const lineOf = (entrypoint: string): string =>
  `if ! ray job status id >/dev/null 2>&1 ; then ray job submit --no-wait -- ${entrypoint} ; fi ; ray job logs id`;

const parses = (entrypoint: string): boolean => spawnSync('bash', ['-n', '-c', lineOf(entrypoint)]).status === 0;

/** The words that reach `ray job submit`. */
const words = (entrypoint: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\n' ${entrypoint}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');

test.each([
  ['python train.py --epochs 10', ['python', 'train.py', '--epochs', '10']],
  [`python train.py --name 'two words' ""`, ['python', 'train.py', '--name', 'two words', '']],
  [`python train.py '{"a": 1, "b": [1, 2]}'`, ['python', 'train.py', '{"a": 1, "b": [1, 2]}']],
  ['python -m app lr=[0.1,0.2] key=a:b@c%d+e^f', ['python', '-m', 'app', 'lr=[0.1,0.2]', 'key=a:b@c%d+e^f']],
])('%s is what it looks like', (entrypoint, meant) => {
  expect(entrypointProblem(entrypoint)).toBeUndefined();
  expect(parses(entrypoint)).toBe(true);
  expect(words(entrypoint).slice(0, meant.filter((word) => word !== '').length)).toEqual(
    meant.filter((word) => word !== ''),
  );
});

// Each would break the line.
test.each([
  ['python -c print(1)', '"("'],
  [`python -c "print('a')`, '"("'],
  ["python train.py 'a", "has a quote ' without its other half"],
  ['python train.py "a', 'has a quote " without its other half'],
  ['python train.py )', '")"'],
  ['a ; fi', '";"'],
  ['a & & b', '"&"'],
  ['a <', '"<"'],
])('%s is refused, and bash says why', (entrypoint, message) => {
  expect(entrypointProblem(entrypoint)).toContain(message);
  expect(parses(entrypoint)).toBe(false);
});

// Bash takes the line, and makes something else of the words.
test.each(['*', '?', '#', '~', '!', '$', '`', '\\', '|', '>', '\n'])('%j is refused, in quotes too', (character) => {
  for (const written of [`python a${character}b`, `python 'a${character}b'`, `python "a${character}b"`]) {
    expect(entrypointProblem(written)).toContain(`has ${JSON.stringify(character)}, which the shell`);
  }
});

test('braces are refused where bash would make several words of one', () => {
  expect(words('+x={a:1,b:2}')).toEqual(['+x=a:1', '+x=b:2']);
  expect(entrypointProblem('python train.py +x={a:1,b:2}')).toContain('has "{"');
  expect(entrypointProblem(`python train.py '+x={a:1,b:2}'`)).toBeUndefined();
});

test('a quote in quotes is refused: Ray hands the word on without them', () => {
  expect(entrypointProblem(`python train.py "it's"`)).toContain('single quote between double quotes');
});

test('the newline at the end of a block of YAML is no part of the command', () => {
  expect(rayJob({ entrypoint: 'python train.py\n' })('RayJob').spec.entrypoint).toBe('python train.py');
});

import type { Place } from './locate.ts';
import type { Problem } from './problem.ts';
import { renderPath, renderProblems } from './render.ts';

const problem = (message: string, path: Problem['path'] = []): Problem => ({
  file: 'a.yaml',
  path,
  at: 'value',
  message,
});
const at = (place: Partial<Place>) => (): Place => ({ file: 'a.yaml', line: 1, column: 1, length: 1, ...place });

test('an entry names the place and what is wrong, shows the line and what would be right', () => {
  const wrong = {
    ...problem('unknown key; did you mean "replicas"?', ['components', 'mlflow', 'replica']),
    allowed: 'replicas, workers',
  };
  expect(renderProblems([wrong], at({ line: 14, column: 5, length: 7, text: '    replica: 3' }))).toBe(
    [
      'a.yaml:14:5  components.mlflow.replica: unknown key; did you mean "replicas"?',
      '  14 |     replica: 3',
      '     |     ^^^^^^^',
      '  allowed: replicas, workers',
      '',
    ].join('\n'),
  );
});

test('of a line that is too long, the part that is meant is shown', () => {
  const text = `password: ${'A'.repeat(500)}!${'B'.repeat(500)}`;
  const [, line = '', marks = ''] = renderProblems(
    [problem('is not right')],
    at({ column: 511, length: 1, text }),
  ).split('\n');
  expect(line.length).toBeLessThan(140);
  expect(line[marks.indexOf('^')]).toBe('!');
});

test('nothing in a file can move the cursor of a terminal', () => {
  const text = 'a: \u001b[2Jb\tc\r\u009b';
  expect(renderProblems([problem('is not right')], at({ text }))).toContain('a: ·[2Jb→c··');
});

test('entries are in the order of files, lines and columns, and what is the same is said once', () => {
  const places: Record<string, Partial<Place>> = {
    one: { file: 'b.yaml' },
    two: { line: 10 },
    three: { line: 9, column: 2 },
    four: { line: 9 },
  };
  const problems = ['one', 'two', 'three', 'four', 'four'].map((message) => problem(message));
  const told = renderProblems(problems, ({ message }) => at(places[message] ?? {})());
  expect(told.split('\n').filter((line) => line !== '')).toEqual([
    'a.yaml:9:1  four',
    'a.yaml:9:2  three',
    'a.yaml:10:1  two',
    'b.yaml:1:1  one',
  ]);
});

test('paths are written as in code, with quotes where a key is no word', () => {
  expect(renderPath(['cluster', 'nodePools', 0, 'cpu'])).toBe('cluster.nodePools[0].cpu');
  expect(renderPath(['prod-data/db', 'password'])).toBe('["prod-data/db"].password');
  expect(renderPath(['a', '', 'b\n'])).toBe('a[""]["b\\n"]');
});

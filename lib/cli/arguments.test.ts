import { parseSynthArguments } from './arguments.ts';

test.each([
  ['', { environments: [], check: false, help: false }],
  ['prod --check dev prod', { environments: ['prod', 'dev'], check: true, help: false }],
  ['-h', { environments: [], check: false, help: true }],
])('npm run synth -- %s', (line, expected) => {
  expect(parseSynthArguments(line.split(' ').filter(Boolean))).toEqual(expected);
});

test.each([
  ['--chek', 'there is no option "--chek"; did you mean "--check"?; the options are --check and --help'],
  ['-x', 'there is no option "-x"; the options are --check and --help'],
  ['--check=no', '--check takes no value, and "no" was given'],
])('%s is not understood', (argument, message) => {
  expect(parseSynthArguments([argument])).toBe(message);
});

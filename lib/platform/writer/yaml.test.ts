import fc from 'fast-check';
import { parse } from 'yaml';
import { toYaml } from './yaml.ts';

const read = (yaml: string) => [parse(yaml, { version: '1.1' }), parse(yaml, { version: '1.2' })];

test('keys are sorted at every depth and lists keep their order', () => {
  expect(toYaml({ b: [{ z: 1, a: 'x' }, [1, [2]], 'on', {}, []], a: { d: null, c: true } })).toBe(`a:
  c: true
  d: null
b:
  - a: x
    z: 1
  - - 1
    - - 2
  - "on"
  - {}
  - []
`);
});

test('scripts and configuration files stay readable', () => {
  expect(toYaml({ keep: 'a\n\n', one: 'set -eu\n\n  ls "$1"\n', strip: 'a\nb' })).toBe(
    'keep: |+\n  a\n\none: |\n  set -eu\n\n    ls "$1"\nstrip: |-\n  a\n  b\n',
  );
});

test('a key may be called __proto__', () => {
  expect(toYaml(JSON.parse('{"data": {"__proto__": "x"}}'))).toBe('data:\n  __proto__: x\n');
});

test('keys without a value are left out', () => {
  expect(toYaml({ a: undefined, b: { c: undefined }, d: [{ e: undefined, f: 1 }] })).toBe('b: {}\nd:\n  - f: 1\n');
});

test.each([
  'mlflow',
  '500m',
  '16Gi',
  '10.0.0.0/8',
  '--host=0.0.0.0',
  's3://bucket/a',
  '.spec.replicas',
  'a: b'.slice(0, 2) + 'b',
])('%s needs no quotes', (value) => expect(toYaml([value])).toBe(`- ${value}\n`));

test.each(
  'y NO on Off yes true Null ~ 1 -1 +1 0777 0o17 0x1F 0b1 1_000 1,000 1e3 e10 . .5 .inf -.NaN 12:30 12:30:45 2026-01-02 1.28 - -- --- ... = ! & * ? | > % @'.split(
    ' ',
  ),
)('%s stays the string it is under YAML 1.1 and 1.2', (value) => {
  const yaml = toYaml({ value, list: [value], [value]: 1 });
  for (const found of read(yaml)) expect(found).toEqual({ value, list: [value], [value]: 1 });
});

const yamlValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    tie('text'),
    tie('map'),
    tie('list'),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
  ),
  text: fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '\n',
        ' ',
        '\t',
        'a',
        ':',
        '#',
        '-',
        '"',
        "'",
        '0',
        '1',
        '.',
        '\\',
        '\r',
        '\u2028',
        '\x85',
        '{',
        '|',
      ),
    }),
    fc.constantFrom('no', 'null', '0x1f', '1:30', '#', 'e3', 'a #b', 'a: b', '- a'),
  ),
  map: fc.dictionary(tie('text') as fc.Arbitrary<string>, tie('value')),
  list: fc.array(tie('value')),
}));

test('whatever is written is read back the same, under YAML 1.1 and 1.2', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), yamlValue.value), (value) => {
      // A merge key of YAML 1.1, which no object of Kubernetes has.
      fc.pre(!JSON.stringify(value).includes('"<<":'));
      // JSON has no minus zero and no prototype-less maps; parsers make their own.
      const expected = JSON.parse(JSON.stringify(value));
      for (const found of read(toYaml(value))) expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test.each([
  [{ metadata: { labels: [undefined] } }, 'metadata.labels.0 cannot be written as YAML: it is undefined'],
  [{ a: Number.NaN }, 'a cannot be written as YAML: it is number NaN'],
  [{ a: new Date(0) }, 'a cannot be written as YAML: it is an instance of Date, not plain data'],
  [{ a: 'x\ud800' }, 'a cannot be written as YAML: it is text with half a character (a lone surrogate)'],
])('%j is refused', (value, message) => expect(() => toYaml(value)).toThrow(message));

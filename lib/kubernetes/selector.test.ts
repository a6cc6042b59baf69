import { Selector } from './selector.ts';

const expression = (operator: string, ...values: string[]) =>
  Selector.of({ matchExpressions: [{ key: 'tier', operator, values }] });

test.each([
  ['In', { tier: 'a' }, true],
  ['In', { tier: 'c' }, false],
  ['In', {}, false],
  ['NotIn', { tier: 'c' }, true],
  ['NotIn', { tier: 'a' }, false],
  ['NotIn', {}, true],
  ['Exists', { tier: '' }, true],
  ['Exists', {}, false],
  ['DoesNotExist', {}, true],
  ['DoesNotExist', { tier: 'a' }, false],
  ['Unheard', { tier: 'a' }, false],
])('%s over %j is %s', (operator, labels, matches) => {
  expect(expression(operator, 'a', 'b').matches(labels)).toBe(matches);
});

test('all requirements must hold', () => {
  const selector = Selector.of({
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'tier', operator: 'In', values: ['a'] }],
  });
  expect(selector.matches({ app: 'web', tier: 'a' })).toBe(true);
  expect(selector.matches({ app: 'web' })).toBe(false);
  expect(selector.matches({ tier: 'a' })).toBe(false);
  expect(String(selector)).toBe('app=web,tier in (a)');
});

test('an empty selector selects everything', () => {
  expect(Selector.of({}).everything).toBe(true);
  expect(Selector.of({}).matches({ any: 'thing' })).toBe(true);
});

test('keys of the prototype are no labels', () => {
  expect(Selector.of({ matchExpressions: [{ key: 'toString', operator: 'Exists' }] }).matches({})).toBe(false);
});

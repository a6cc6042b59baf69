import fc from 'fast-check';
import { merge } from './merge.ts';

test('maps merge, everything else replaces', () => {
  const defaults = { a: { b: 1, c: [1, 2], d: { e: 1 } }, f: 1 };
  const environment = { a: { b: 2, c: [3], d: 4 }, g: 5 };
  expect(merge(defaults, environment)).toEqual({ a: { b: 2, c: [3], d: 4 }, f: 1, g: 5 });
});

test('nothing behind a key is an empty map over a map, and nothing over anything else', () => {
  expect(merge({ a: { b: 1 }, c: 1, d: [1] }, { a: null, c: null, d: null })).toEqual({
    a: { b: 1 },
    c: null,
    d: null,
  });
});

test('a key may be called like something that every object has', () => {
  const environment = JSON.parse('{"__proto__": {"x": 1}, "constructor": {"y": 2}, "toString": null}');
  expect(Object.entries(merge({ a: 1 }, environment) ?? {})).toEqual([
    ['a', 1],
    ['__proto__', { x: 1 }],
    ['constructor', { y: 2 }],
    ['toString', null],
  ]);
});

test('no defaults change nothing, and a value put over itself stays as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(merge(undefined, value)).toEqual(value);
      expect(merge(value, undefined)).toEqual(value);
      expect(merge(value, value)).toEqual(value);
    }),
  );
});

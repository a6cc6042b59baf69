import { dig, eachString, fieldsAt, integer, labelMap, labelsAt, listAt, numberAt, textAt } from './read.ts';

test('what does not have the expected shape reads as absent', () => {
  expect(dig({ spec: [1] }, 'spec', 'template')).toBeUndefined();
  expect(dig({ spec: null }, 'spec', 'template')).toBeUndefined();
  expect(dig({}, 'constructor')).toBeUndefined();
  expect(integer('80')).toBeUndefined();
  expect(labelMap({ a: 'x', b: 1 })).toEqual({ a: 'x' });
});

test('every string is visited with the place it stands at', () => {
  const seen: [string, string, string][] = [];
  eachString({ args: ['a', { image: 'b' }], data: { 'x.y': 'c' }, n: 1 }, (text, { key, field }) =>
    seen.push([text, key, field()]),
  );
  expect(seen).toEqual([
    ['a', 'args', 'args[0]'],
    ['b', 'image', 'args[1].image'],
    ['c', 'x.y', 'data.x.y'],
  ]);
});

const value = { a: { b: [{ c: 'text' }, { c: 3 }], labels: { x: 'y', z: 1 } }, empty: '' };

test('what is not there reads as nothing, and never fails', () => {
  expect(dig(value, 'a', 'b', 7, 'c')).toBeUndefined();
  expect(dig(undefined, 'a')).toBeUndefined();
  expect(dig(value, 'a', 'length')).toBeUndefined();
  expect(textAt(value, 'empty')).toBeUndefined();
  expect(textAt(value, 'a', 'b', 1, 'c')).toBeUndefined();
  expect(listAt(value, 'a')).toEqual([]);
  expect(fieldsAt(value, 'a', 'b')).toEqual({});
});

test('what is there reads as what it is', () => {
  expect(textAt(value, 'a', 'b', 0, 'c')).toBe('text');
  expect(numberAt(value, 'a', 'b', 1, 'c')).toBe(3);
  expect(listAt(value, 'a', 'b').map(([index]) => index)).toEqual([0, 1]);
  expect(labelsAt(value, 'a', 'labels')).toEqual({ x: 'y' });
});

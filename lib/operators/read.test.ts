import { at, listAt, numberAt, recordAt, textAt, textsAt } from './read.ts';

const value = { a: { b: [{ c: 'text' }, { c: 3 }], labels: { x: 'y', z: 1 } }, empty: '' };

test('what is not there reads as nothing, and never fails', () => {
  expect(at(value, 'a', 'b', 7, 'c')).toBeUndefined();
  expect(at(undefined, 'a')).toBeUndefined();
  expect(at(value, 'a', 'length')).toBeUndefined();
  expect(textAt(value, 'empty')).toBeUndefined();
  expect(textAt(value, 'a', 'b', 1, 'c')).toBeUndefined();
  expect(listAt(value, 'a')).toEqual([]);
  expect(recordAt(value, 'a', 'b')).toEqual({});
});

test('what is there reads as what it is', () => {
  expect(textAt(value, 'a', 'b', 0, 'c')).toBe('text');
  expect(numberAt(value, 'a', 'b', 1, 'c')).toBe(3);
  expect(listAt(value, 'a', 'b').map(([index]) => index)).toEqual([0, 1]);
  expect(textsAt(value, 'a', 'labels')).toEqual({ x: 'y' });
});

import { dig, eachString, integer, labelMap } from './read.ts';

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

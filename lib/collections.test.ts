import { compareText, groupBy } from './collections.ts';

test('groups keep the order in which items came', () => {
  expect([...groupBy(['bee', 'ant', 'bat'], (word) => word[0])]).toEqual([
    ['b', ['bee', 'bat']],
    ['a', ['ant']],
  ]);
});

test('text is ordered by code point, not by locale', () => {
  expect(['ä', 'z', 'Z', 'a'].sort(compareText)).toEqual(['Z', 'a', 'z', 'ä']);
});

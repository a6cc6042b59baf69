import { checksum } from './checksum.ts';

test('the same content has the same digest, whatever the order of its keys', () => {
  expect(checksum({ a: 1, b: { c: [1, 2], d: null } })).toBe(checksum({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(checksum([1, 2])).not.toBe(checksum([2, 1]));
  expect(checksum({ a: undefined })).toBe(checksum({}));
});

import { warningsOf } from './client.ts';

test('reads the texts of joined Warning headers', () => {
  expect(warningsOf(undefined)).toEqual([]);
  expect(warningsOf('299 - "unknown field \\"spec.a, b\\"", 299 - "would violate PodSecurity"')).toEqual([
    'unknown field "spec.a, b"',
    'would violate PodSecurity',
  ]);
});

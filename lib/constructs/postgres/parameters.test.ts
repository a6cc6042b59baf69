import { isFixedParameter, memoryParameters } from './parameters.ts';

test('a quarter of the memory is shared buffers, most of it is cache', () => {
  expect(memoryParameters(1024 ** 3)).toEqual({ shared_buffers: '256MB', effective_cache_size: '768MB' });
});

test('memory that does not divide is rounded down', () => {
  expect(memoryParameters(10 ** 9)).toEqual({ shared_buffers: '238MB', effective_cache_size: '715MB' });
});

test('the operator keeps some parameters to itself', () => {
  expect(isFixedParameter('archive_command')).toBe(true);
  expect(isFixedParameter('unix_socket_permissions')).toBe(true);
  expect(isFixedParameter('max_connections')).toBe(false);
});

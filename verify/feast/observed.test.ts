import { observe } from './observed.ts';

test('names, labels, and the values of those that Feast decides', () => {
  const text = [
    '# TYPE feast_x counter',
    'feast_x{endpoint="/get",feature_count="1-10",status="success"} 1.0',
    'feast_x{endpoint="/get",status="error"} 2.0',
    'feast_y 3',
    'python_info{version="3"} 1',
  ].join('\n');
  expect(observe(text)).toEqual({
    feast_x: {
      labels: ['endpoint', 'feature_count', 'status'],
      values: { endpoint: ['/get'], status: ['error', 'success'] },
    },
    feast_y: { labels: [] },
  });
});

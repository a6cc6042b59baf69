import { observe } from './observed.ts';

test('names, labels and the values that Ray decides are read', () => {
  const text = `# TYPE ray_placement_groups gauge
ray_placement_groups{State="PENDING",SessionName="a \\"b\\", c",otel_scope_name="x"} 2.0
ray_placement_groups{State="CREATED",SessionName="s"} 1.0
process_open_fds 12.0
ray_plain_created 1.7e+09
ray_plain 1e+09
ray_latency_bucket{le="10.0"} 1
ray_latency_bucket{le="5.0"} 0
ray_latency_bucket{le="+Inf"} 1`;
  expect(observe(8080, text)).toEqual({
    ray_latency_bucket: { port: 8080, labels: ['le'], values: { le: ['5.0', '10.0', '+Inf'] } },
    ray_placement_groups: { port: 8080, labels: ['SessionName', 'State'], values: { State: ['CREATED', 'PENDING'] } },
    ray_plain: { port: 8080, labels: [] },
  });
});

/** Where Feast answers. Source: feast serve, serve_registry, serve_offline and ui of 0.67, as they were started. */
export const FEAST_PORTS = {
  /** HTTP of the feature server. */
  server: { name: 'http', port: 6566 },
  /** Prometheus, beside the feature server; the others have none. */
  metrics: { name: 'metrics', port: 8000 },
  /** gRPC of the registry server, with gRPC's own health service. */
  registry: { name: 'grpc', port: 6570 },
  /** Arrow Flight of the offline server. */
  offline: { name: 'flight', port: 8815 },
  ui: { name: 'http', port: 8888 },
} as const;

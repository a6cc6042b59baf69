/** Where browsers and clients come. */
export const DEX_PORT = { name: 'http', port: 5556 } as const;

/** Metrics and health, of each pod; not for clients. */
export const DEX_TELEMETRY_PORT = { name: 'telemetry', port: 5558 } as const;

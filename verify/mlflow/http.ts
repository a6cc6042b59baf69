import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request whose Host header is what the caller says, whatever the address. */
export function http(
  ip: string,
  path: string,
  options: {
    readonly host?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly port?: number;
  } = {},
): Promise<Answer> {
  const port = options.port ?? 5000;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: ip,
        port,
        path,
        method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
        headers: { host: options.host ?? `${ip}:${port}`, ...options.headers },
        timeout: 60_000,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            headers: response.headers,
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer within a minute`)));
    sent.on('error', reject);
    sent.end(options.body);
  });
}

export const basic = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

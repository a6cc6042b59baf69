import { Agent, request } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Texts of the Warning headers. */
  readonly warnings: readonly string[];
}

export interface Body {
  readonly type: string;
  readonly text: string;
}

/** Who talks to the API server: plain requests over connections that are kept, at most 16 at a time. */
export class Client {
  readonly #agent: Agent;

  constructor(
    readonly port: number,
    readonly token: string,
    ca: string,
  ) {
    this.#agent = new Agent({ ca, keepAlive: true, maxSockets: 16 });
  }

  async send(method: string, path: string, body?: Body, accept = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = {
        accept,
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
      };
      const options = { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.#agent };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = /^application\/json/.test(response.headers['content-type'] ?? '');
          const warnings = warningsOf(response.headers.warning);
          resolve({ status: response.statusCode ?? 0, body: json ? JSON.parse(text) : text, warnings });
        });
      });
      sent.on('error', reject);
      sent.end(body?.text);
    });
  }

  /** The body of an answer that has to be good. */
  async expect(method: string, path: string, body?: Body, accept?: string): Promise<unknown> {
    const answer = await this.send(method, path, body, accept);
    if (!accepted(answer)) throw new Error(`${method} ${path}: ${messageOf(answer)}`);
    return answer.body;
  }

  close(): void {
    this.#agent.destroy();
  }
}

export const accepted = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Why the API server refused, in its own words. */
export function messageOf({ status, body }: Answer): string {
  const { message } = typeof body === 'object' && body !== null && 'message' in body ? body : { message: body };
  return `${status} ${typeof message === 'string' ? message.trim() : JSON.stringify(message)}`;
}

/** `299 - "text", 299 - "more"`: Node joins the headers of one name. */
export function warningsOf(header: string | undefined): string[] {
  const texts = (header ?? '').matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...texts].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}

export const json = (value: unknown): Body => ({ type: 'application/json', text: JSON.stringify(value) });

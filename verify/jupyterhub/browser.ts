import { type Answer, http } from '../mlflow/http.ts';
import { LOGIN_HOST, LOGIN_PORT } from './generated.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** Somebody's browser: keeps cookies, follows redirects, and sees the gateway at one address and the provider at another. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, Cookie>>();

  constructor(
    readonly user: string,
    readonly places: Readonly<Record<string, { readonly ip: string; readonly port: number }>>,
    readonly home: string,
  ) {}

  async open(path: string, options: { readonly body?: string; readonly json?: object; readonly method?: string } = {}) {
    let url = new URL(path, `https://${this.home}`);
    let answer = await this.#ask(url, options);
    for (let hops = 0; [301, 302, 303, 307].includes(answer.status); hops += 1) {
      if (hops > 15) throw new Error(`no end of redirects at ${url}`);
      url = new URL(String(answer.headers.location), url);
      // Who signs in says who they are.
      if (url.hostname === LOGIN_HOST) url.searchParams.set('user', this.user);
      answer = await this.#ask(url, {});
    }
    return { ...answer, url };
  }

  /** A cookie as it is sent to a path. */
  cookie(name: string, path: string): string | undefined {
    return this.#sentTo(new URL(path, `https://${this.home}`)).find((cookie) => cookie.name === name)?.value;
  }

  #sentTo(url: URL): Cookie[] {
    const all = [...(this.#cookies.get(url.hostname)?.values() ?? [])];
    return all.filter(({ path }) => url.pathname.startsWith(path)).sort((a, b) => b.path.length - a.path.length);
  }

  async #ask(
    url: URL,
    { body, json, method }: { readonly body?: string; readonly json?: object; readonly method?: string },
  ): Promise<Answer> {
    const place = this.places[url.hostname];
    if (!place) throw new Error(`nobody is at ${url}`);
    const cookies = this.#cookies.get(url.hostname) ?? new Map<string, Cookie>();
    this.#cookies.set(url.hostname, cookies);
    const sent = body ?? (json && JSON.stringify(json));
    const sentCookies = this.#sentTo(url);
    const xsrf = sentCookies.find(({ name }) => name === '_xsrf')?.value;
    const answer = await http(place.ip, `${url.pathname}${url.search}`, {
      port: place.port,
      host: url.hostname === LOGIN_HOST ? `${LOGIN_HOST}:${LOGIN_PORT}` : url.hostname,
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: {
        'x-forwarded-proto': 'https',
        cookie: sentCookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        // As a browser says that it comes from the page itself.
        'sec-fetch-mode': json || method ? 'cors' : 'navigate',
        'sec-fetch-site': 'same-origin',
        ...(xsrf !== undefined && (json || method) ? { 'x-xsrftoken': xsrf } : {}),
      },
      ...(sent !== undefined && { body: sent }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1).replace(/^"|"$/g, '')];
      const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value === '' || /expires=[^;]*(19|200\d|201\d)/i.test(line)) cookies.delete(`${path} ${name}`);
      else cookies.set(`${path} ${name}`, { name, value, path });
    }
    return answer;
  }
}

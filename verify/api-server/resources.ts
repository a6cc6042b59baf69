import type { Client } from './client.ts';

/** An object that no path leads to. */
export class UnknownPlace extends Error {
  override readonly name = 'UnknownPlace';
}

/** What the API server serves. */
export class Resources {
  readonly #byKind: ReadonlyMap<string, { readonly plural: string; readonly namespaced: boolean }>;

  private constructor(byKind: ReadonlyMap<string, { readonly plural: string; readonly namespaced: boolean }>) {
    this.#byKind = byKind;
  }

  static async read(client: Client): Promise<Resources> {
    const byKind = new Map<string, { plural: string; namespaced: boolean }>();
    for (const root of ['/api', '/apis']) {
      const { items } = (await client.expect('GET', root, undefined, AGGREGATED)) as Discovery;
      for (const { metadata, versions } of items) {
        for (const { version, resources } of versions) {
          for (const { resource, responseKind, scope } of resources) {
            const apiVersion = metadata?.name ? `${metadata.name}/${version}` : version;
            byKind.set(`${apiVersion} ${responseKind.kind}`, { plural: resource, namespaced: scope === 'Namespaced' });
          }
        }
      }
    }
    return new Resources(byKind);
  }

  has(apiVersion: string, kind: string): boolean {
    return this.#byKind.has(`${apiVersion} ${kind}`);
  }

  /** Path of all objects of a kind; throws a sentence when an object of that kind cannot be there. */
  collection(apiVersion: string, kind: string, namespace: string | undefined): string {
    const found = this.#byKind.get(`${apiVersion} ${kind}`);
    if (!found) throw new UnknownPlace(`the API server serves no ${kind} in ${apiVersion}`);
    if (found.namespaced && namespace === undefined)
      throw new UnknownPlace(`${kind} is namespaced, and no namespace is given`);
    if (!found.namespaced && namespace !== undefined) throw new UnknownPlace(`${kind} belongs to no namespace`);
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${found.plural}`;
  }
}

/** Everything in one answer; older API servers know the beta of it. */
const AGGREGATED = ['v2', 'v2beta1']
  .map((v) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`)
  .join(',');

interface Discovery {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly {
        readonly resource: string;
        readonly scope: string;
        readonly responseKind: { readonly kind: string };
      }[];
    }[];
  }[];
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { compareText } from '../../lib/collections.ts';

/** An object as it was written. */
export interface Written {
  /** Where it stands, for a reader: `dist/prod/data/postgres/service-postgres.yaml`. */
  readonly file: string;
  readonly layer: string;
  /** The bytes that Argo CD would read. */
  readonly text: string;
  readonly object: KubernetesObject;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Layers in the order in which they are applied; others follow. */
const LAYERS = ['operators', 'foundation', 'data', 'platform', 'teams'];

export function readManifests(folder: string): Written[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(compareText)
    .flatMap((file) => {
      const layer = file.slice(folder.length + 1).split('/')[0] ?? '';
      const text = readFileSync(file, 'utf8');
      const documents = parseAllDocuments(text);
      return documents.map((document): Written => {
        const [error] = document.errors;
        if (error) throw new Error(`${file}: ${error.message}`);
        const own = documents.length === 1 ? text : document.toString({ directives: false });
        return { file, layer, text: own, object: document.toJS() as KubernetesObject };
      });
    });
}

/** Manifests by layer, the layers in order. */
export function inLayers(manifests: readonly Written[]): (readonly [layer: string, manifests: readonly Written[]])[] {
  const rank = (layer: string) => (LAYERS.includes(layer) ? LAYERS.indexOf(layer) : LAYERS.length);
  const layers = [...new Set(manifests.map(({ layer }) => layer))];
  layers.sort((a, b) => rank(a) - rank(b) || compareText(a, b));
  return layers.map((layer) => [layer, manifests.filter((manifest) => manifest.layer === layer)]);
}

export const nameOf = ({ kind, metadata }: KubernetesObject): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

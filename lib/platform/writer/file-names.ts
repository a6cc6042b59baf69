import { compareText } from '../../collections.ts';
import type { Entry, Manifest } from '../manifest-set.ts';
import { groupOf } from '../manifest-set.ts';
import type { Tree } from './tree.ts';
import { toYaml } from './yaml.ts';

/** Longest name of a file that common file systems take, in bytes. */
const LONGEST = 255;

/**
 * File of an object: `deployment-mlflow.yaml`. An object outside its component's own namespace carries the other
 * namespace too: `networkpolicy-default-deny@prod-data.yaml`. So the name depends on nothing but the object, and two
 * objects that differ in kind, name or namespace have two files, on file systems that ignore case too: lower case stays,
 * the colon of RBAC names becomes an underscore, and any other character is written as its percent-encoded bytes.
 */
export function fileName({ kind, metadata }: Manifest, home: string | undefined): string {
  const abroad = metadata.namespace !== undefined && metadata.namespace !== home;
  return `${kind.toLowerCase()}-${encode(metadata.name)}${abroad ? `@${metadata.namespace}` : ''}.yaml`;
}

const encode = (name: string): string =>
  name
    .replace(/[^a-z0-9.:-]/gu, (character) =>
      [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    )
    .replaceAll(':', '_');

/** Two objects that would be one file, or an object that cannot be a file. Says what to do. */
export class FileNameError extends Error {
  override readonly name = 'FileNameError';
}

/**
 * The files of an environment, `<layer>/<component>/<file>`.
 *
 * @param home namespace of a component; undefined where it has none of its own.
 */
export function environmentTree(entries: Iterable<Entry>, home: (component: string) => string | undefined): Tree {
  return treeOf(
    entries,
    ({ manifest, layer, component }) => `${layer}/${component}/${fileName(manifest, home(component))}`,
  );
}

/** Objects side by side in one directory; all of them live in one namespace. */
export function flatTree(manifests: Iterable<Manifest>): Tree {
  const entries = [...manifests].map((manifest) => ({
    manifest,
    source: `${manifest.kind} ${manifest.metadata.name}`,
  }));
  return treeOf(entries, ({ manifest }) => fileName(manifest, manifest.metadata.namespace));
}

type Sourced = Pick<Entry, 'manifest' | 'source'>;

function treeOf<E extends Sourced>(entries: Iterable<E>, pathOf: (entry: E) => string): Tree {
  const owners = new Map<string, E>();
  const files: [string, string][] = [];
  for (const entry of entries) {
    const path = pathOf(entry);
    const owner = owners.get(path);
    if (owner) throw new FileNameError(collision(path, owner, entry));
    const file = path.slice(path.lastIndexOf('/') + 1);
    if (Buffer.byteLength(file) > LONGEST) {
      throw new FileNameError(
        `${file} is longer than the ${LONGEST} bytes a file name can have; shorten the object's name (${entry.source})`,
      );
    }
    owners.set(path, entry);
    files.push([path, toYaml(entry.manifest)]);
  }
  return new Map(files.sort(([a], [b]) => compareText(a, b)));
}

function collision(path: string, a: Sourced, b: Sourced): string {
  const [groupA, groupB] = [groupOf(a.manifest.apiVersion), groupOf(b.manifest.apiVersion)];
  const sources = a.source === b.source ? `${a.source} makes it twice` : `${a.source} and ${b.source} both make it`;
  const groups = groupA === groupB ? '' : ` (in the groups "${groupA}" and "${groupB}")`;
  return `two objects would be written to ${path}${groups}: ${sources}; rename one of them`;
}

import { dig, eachString, type Fields, isFields, text } from './read.ts';

/** An image reference, taken apart. */
export interface ImageReference {
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const WORDS = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const HOST = 'localhost(?::\\d+)?|[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?::\\d+)?|[a-z0-9-]+:\\d+';
/** Source: distribution/reference, the grammar of references. */
const REFERENCE = new RegExp(
  `^(?:(?<registry>${HOST})/)?(?<repository>${WORDS}(?:/${WORDS})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$`,
);

export function parseImage(reference: string): ImageReference | undefined {
  const groups = REFERENCE.exec(reference)?.groups;
  if (!groups?.repository) return undefined;
  return { registry: groups.registry, repository: groups.repository, tag: groups.tag, digest: groups.digest };
}

/** Hosts that serve nothing but images, so that even a path without a tag is one. */
const REGISTRIES =
  /^(?:docker\.io|ghcr\.io|quay\.io|nvcr\.io|registry\.k8s\.io|k8s\.gcr\.io|mcr\.microsoft\.com|public\.ecr\.aws|(?:[\w.-]+\.)?gcr\.io|[\w.-]+\.pkg\.dev|[\w.-]+\.azurecr\.io|\d+\.dkr\.ecr\.[\w.-]+)$/;
const VERSION = /^(?:v?\d+(?:\.\d+)+.*|latest)$/;

/**
 * Whether a word of a text is surely an image: it has a digest, or a registry and a tag, or a registry that has nothing
 * else, or a path and a version. `postgres:5432`, `apps/v1`, `app.kubernetes.io/name` and `s3://bucket/key` are not.
 */
export function looksLikeImage(word: string): boolean {
  const image = parseImage(word);
  if (!image) return false;
  const { registry, repository, tag, digest } = image;
  if (digest !== undefined) return true;
  if (registry !== undefined) return tag !== undefined || REGISTRIES.test(registry);
  return tag !== undefined && repository.includes('/') && VERSION.test(tag);
}

/** An image that an object names, wherever in it. */
export interface FoundImage {
  readonly reference: string;
  readonly field: string;
}

/** Where charts come from: an OCI registry without a tag. */
const CHART_KEY = 'repoURL';
const IMAGE_KEY = /image(?:s|name|ref|reference)?$/i;
const NAMED_IN_TEXT = /image["']?\s*[:=]\s*["']?([^\s"',;]+)/gi;
const WORD = /(?<![\w./:@-])[a-z0-9][\w.\-/:@]*\w/gi;

/**
 * Every image in a value: in fields and environment variables named after images, in `repository` and `tag` beside each
 * other as charts have them, and as words of any text, such as arguments and files in ConfigMaps.
 */
export function imagesIn(value: unknown): readonly FoundImage[] {
  if (!isFields(value)) return search(value);
  const found = known.get(value) ?? search(value);
  known.set(value, found);
  return found;
}

/** Several rules and the catalogue look through the same objects, and nobody changes them. */
const known = new WeakMap<Fields, readonly FoundImage[]>();

function search(value: unknown): FoundImage[] {
  const found: FoundImage[] = [];
  eachString(value, (content, { key, parent, field }) => {
    if (key === CHART_KEY) return;
    if (key === 'tag' || key === 'repository') {
      const split = key === 'tag' ? joined(parent) : undefined;
      if (split !== undefined) found.push({ reference: split, field: field() });
      if (split !== undefined || parent?.tag !== undefined) return;
    }
    const named = IMAGE_KEY.test(key) || (key === 'value' && IMAGE_KEY.test(text(parent?.name) ?? ''));
    if (named && parseImage(content)) {
      found.push({ reference: content, field: field() });
    } else if (content.includes('/') || content.includes(':')) {
      for (const reference of imagesInText(content)) found.push({ reference, field: field() });
    }
  });
  return found;
}

function imagesInText(content: string): Set<string> {
  const words = new Set<string>();
  for (const [, word = ''] of content.matchAll(NAMED_IN_TEXT)) {
    if (/[:/@]/.test(word) && parseImage(word)) words.add(word);
  }
  for (const [word] of content.matchAll(WORD)) if (looksLikeImage(word)) words.add(word);
  return words;
}

/** `{registry?, repository, tag}` as one reference. */
function joined(parent: unknown): string | undefined {
  const repository = text(dig(parent, 'repository'));
  const tag = text(dig(parent, 'tag'));
  if (!repository || !tag) return undefined;
  const registry = text(dig(parent, 'registry'));
  const reference = `${registry ? `${registry}/` : ''}${repository}:${tag}`;
  return parseImage(reference) ? reference : undefined;
}

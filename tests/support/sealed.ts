import type { Outcome, Repository } from './outcome.ts';

/** The text of a problem that asks for sealed values. */
const ASKED = /^"([^"]+)" is not sealed .*?((?: --from-(?:literal|file)=[^= ]+=\.\.\.)+)/;

/** Puts values under seal wherever the platform asks for some, as a person would who follows its messages. */
export function withSealedValues(repository: Repository, files: Readonly<Record<string, unknown>>): Outcome {
  const outcome = repository.replace(files).outcome();
  const sealed = new Map<string, Record<string, Record<string, string>>>();
  for (const { file, message } of outcome.problems) {
    const [, id, options = ''] = ASKED.exec(message) ?? [];
    if (id === undefined) continue;
    const path = file.replace(/[^/]+$/, 'sealed-secrets.yaml');
    const keys = [...options.matchAll(/=([^= ]+)=/g)].map(([, key = '']) => [key, 'A'.repeat(200)] as const);
    sealed.set(path, { ...sealed.get(path), [id]: Object.fromEntries(keys) });
  }
  return sealed.size === 0 ? outcome : repository.replace({ ...files, ...Object.fromEntries(sealed) }).outcome();
}

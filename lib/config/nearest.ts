import { distance } from 'fastest-levenshtein';

/** The candidate that somebody who wrote `word` may have meant; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = spelling(word);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = spelling(candidate);
    const part = Math.min(plain.length, other.length) >= 3 && (other.startsWith(plain) || plain.startsWith(other));
    const cost = part || letters(plain) === letters(other) ? 1 : distance(plain, other);
    if (cost < least && (part || cost <= Math.max(1, Math.floor(Math.max(plain.length, other.length) / 3)))) {
      best = candidate;
      least = cost;
    }
  }
  return best;
}

/** The end of a sentence that says what may have been meant; nothing when that is anybody's guess. */
export function guess(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** Two letters that changed places are one slip of the fingers. */
const letters = (word: string): string => [...word].sort().join('');

/** `node_pools`, `node-pools` and `nodePools` are one word. */
const spelling = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');

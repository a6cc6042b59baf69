import { isFields, list } from './read.ts';

/** `.name`, `."name"`, `["name"]` or `[]`, each perhaps with a question mark. */
const STEP = /(?:\.(?<plain>[A-Za-z_]\w*)|\.?\["(?<key>[^"]+)"\]|\."(?<quoted>[^"]+)"|\.?(?<every>\[\]))\??/y;

/**
 * Whether an object has something at a jq path as Argo CD's `jqPathExpressions` take it: names after dots, quoted keys,
 * and `[]` for every item of a list. Other jq is refused.
 */
export function hasPath(value: unknown, path: string): boolean {
  const steps = parsed.get(path) ?? parse(path);
  parsed.set(path, steps);
  let found: readonly unknown[] = [value];
  for (const key of steps) {
    found =
      key === undefined
        ? found.flatMap(list)
        : found.flatMap((one) => (isFields(one) && Object.hasOwn(one, key) ? [one[key]] : []));
    if (found.length === 0) return false;
  }
  return true;
}

/** Paths are few, and asked of every object. */
const parsed = new Map<string, readonly (string | undefined)[]>();

/** Keys along a path; undefined stands for every item of a list. */
function parse(path: string): (string | undefined)[] {
  const steps: (string | undefined)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const from = STEP.lastIndex;
    const step = STEP.exec(path)?.groups;
    if (!step) {
      const rest = path.slice(from);
      throw new Error(`"${path}" is not understood from "${rest}" on; write it like .spec.a[].b or .data["a.b"]`);
    }
    steps.push(step.plain ?? step.key ?? step.quoted);
  }
  return steps;
}

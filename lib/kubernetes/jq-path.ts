import { fields, list } from './read.ts';

/** `.name`, `."name"`, `["name"]` or `[]`, each perhaps with a question mark. */
const STEP = /(?:\.(?<plain>[A-Za-z_]\w*)|\.?\["(?<key>[^"]+)"\]|\."(?<quoted>[^"]+)"|\.?(?<every>\[\]))\??/y;

/**
 * Whether an object has something at a jq path as Argo CD's `jqPathExpressions` take it: names after dots, quoted keys,
 * and `[]` for every item of a list. Other jq is refused.
 */
export function hasPath(value: unknown, path: string): boolean {
  let found: readonly unknown[] = [value];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const from = STEP.lastIndex;
    const step = STEP.exec(path)?.groups;
    if (!step)
      throw new Error(
        `"${path}" is not understood from "${path.slice(from)}" on; write it like .spec.a[].b or .data["a.b"]`,
      );
    const key = step.plain ?? step.key ?? step.quoted;
    found =
      key === undefined
        ? found.flatMap(list)
        : found.flatMap((one) => (Object.hasOwn(fields(one), key) ? [fields(one)[key]] : []));
  }
  return found.length > 0;
}

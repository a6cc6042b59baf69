export type Dimensions = Readonly<Record<string, readonly string[]>>;

/** A choice for every dimension. */
export type Row<D extends Dimensions> = { readonly [K in keyof D]: D[K][number] };

/** Whether two choices, each `dimension=value`, can stand in one row. */
export type Compatible = (a: string, b: string) => boolean;

/**
 * Rows that hold every pair of compatible choices at least once: two options that do not go together are found without
 * trying all combinations. The same rows every time.
 */
export function pairwise<const D extends Dimensions>(dimensions: D, compatible: Compatible): Row<D>[] {
  const choices = choicesOf(dimensions);
  const missing = new Set<string>();
  for (const [index, some] of choices.entries()) {
    for (const others of choices.slice(index + 1)) {
      for (const a of some) for (const b of others) if (compatible(a, b)) missing.add(`${a}&${b}`);
    }
  }
  const rows: Row<D>[] = [];
  for (const pair of missing) {
    const row = completed(pair.split('&'), choices, missing, compatible);
    if (!row) throw new Error(`no row holds ${pair}`);
    for (const a of row) for (const b of row) missing.delete(`${a}&${b}`);
    rows.push(rowOf(row));
  }
  return rows;
}

/** A row that holds these choices, if there is one. */
export function rowWith<const D extends Dimensions>(
  dimensions: D,
  chosen: readonly string[],
  compatible: Compatible,
): Row<D> | undefined {
  const row = completed(chosen, choicesOf(dimensions), new Set(), compatible);
  return row && rowOf(row);
}

const choicesOf = (dimensions: Dimensions): string[][] =>
  Object.entries(dimensions).map(([dimension, values]) => values.map((value) => `${dimension}=${value}`));

const rowOf = <D extends Dimensions>(choices: readonly string[]): Row<D> =>
  Object.fromEntries(choices.map((choice) => choice.split('='))) as Row<D>;

/** The row that begins with these choices and holds, choice by choice, as many missing pairs as it can. */
function completed(
  begun: readonly string[],
  choices: readonly (readonly string[])[],
  missing: ReadonlySet<string>,
  compatible: Compatible,
): readonly string[] | undefined {
  const open = choices.find((values) => !values.some((value) => begun.includes(value)));
  if (!open) return choices.map((values) => begun.find((choice) => values.includes(choice)) ?? '');
  const gain = (choice: string): number =>
    begun.filter((other) => missing.has(`${choice}&${other}`) || missing.has(`${other}&${choice}`)).length;
  const possible = open.filter((choice) => begun.every((other) => compatible(choice, other)));
  for (const choice of [...possible].sort((a, b) => gain(b) - gain(a))) {
    const row = completed([...begun, choice], choices, missing, compatible);
    if (row) return row;
  }
  return undefined;
}

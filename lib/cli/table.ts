export interface Column<Row> {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly cell: (row: Row) => string | number;
}

/** Rows as text, a line each below a line of titles, two spaces between columns. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => String(row[index]).length)),
  );
  const right = columns.map((_, index) => cells.some((row) => typeof row[index] === 'number'));
  const line = (values: readonly (string | number)[]): string =>
    values
      .map((value, index) => {
        const width = widths[index] ?? 0;
        return right[index] ? String(value).padStart(width) : String(value).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)].join('\n');
}

/**
 * Cron lines as the CronJob controller reads them (github.com/robfig/cron, standard parser). Written here because the
 * parsers of the npm registry take more than that one does: a seventh weekday, `L`, `#`, six fields.
 */
interface Field {
  readonly name: string;
  readonly article: 'a' | 'an';
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', article: 'a', min: 0, max: 59 },
  { name: 'hour', article: 'an', min: 0, max: 23 },
  { name: 'day of month', article: 'a', min: 1, max: 31 },
  {
    name: 'month',
    article: 'a',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of week', article: 'a', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is wrong with a line of five fields, or undefined. */
export function cronProblem(line: string): string | undefined {
  const parts = line.trim().split(/ +/);
  const values: (ReadonlySet<number> | undefined)[] = [];
  for (const [i, field] of FIELDS.entries()) {
    const allowed = new Set<number>();
    for (const part of (parts[i] ?? '').split(',')) {
      const problem = addPart(part, field, allowed);
      if (problem !== undefined) return problem;
    }
    values.push(allowed);
  }
  const [, , days, months] = values;
  // With a day of week the two are alternatives, so the line runs anyway.
  const anyWeekday = /^[*?]/.test(parts[4] ?? '');
  if (
    days &&
    months &&
    anyWeekday &&
    ![...months].some((m) => [...days].some((d) => d <= (DAYS_IN_MONTH[m - 1] ?? 0)))
  ) {
    return 'no month in it has that day, so it would never run';
  }
  return undefined;
}

function addPart(part: string, field: Field, into: Set<number>): string | undefined {
  const range = `the ${field.name} goes from ${field.min} to ${field.max}`;
  const match = /^(?:[*?]|([0-9]+|[A-Za-z]{3})(?:-([0-9]+|[A-Za-z]{3}))?)(?:\/([0-9]+))?$/.exec(part);
  if (match === null) return `"${part}" is not ${field.article} ${field.name}; ${range}`;
  const [, first, last, every] = match;
  const step = every === undefined ? 1 : Number(every);
  if (step < 1) return `"${part}" steps by 0`;
  const from = first === undefined ? field.min : fieldValue(first, field);
  // `5/10` means from 5 to the end, `5` alone only 5.
  const open = first === undefined || (last === undefined && every !== undefined);
  const to = open ? field.max : last === undefined ? from : fieldValue(last, field);
  if (!(from >= field.min && from <= field.max && to >= field.min && to <= field.max)) {
    return `"${part}" is not ${field.article} ${field.name}; ${range}`;
  }
  if (from > to) return `"${part}" ends before it begins`;
  for (let value = from; value <= to; value += step) into.add(value);
  return undefined;
}

/** NaN for what is no value of the field. */
function fieldValue(text: string, field: Field): number {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const index = field.names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? Number.NaN : index + field.min;
}

import { z } from 'zod';
import type { Problem } from './problem.ts';
import { problemsOf, toHint } from './zod-problems.ts';

/** Data of a file against its schema: what it means, or everything that is wrong with it. */
export function validate<T>(
  schema: z.ZodType<T>,
  file: string,
  data: unknown,
): { readonly value?: T; readonly problems: readonly Problem[] } {
  // Compiling the schemas takes longer than all that they are used for here, up to thousands of files.
  const result = schema.safeParse(data, { error: hint, jitless: true });
  return result.success
    ? { value: result.data, problems: [] }
    : { problems: problemsOf(file, result.error.issues, data) };
}

/**
 * What an issue itself does not carry but the schema that raised it knows: the keys of an object, the description of
 * what is missing. It travels in the message of issues to which the schema gives none.
 */
function hint(issue: z.core.$ZodRawIssue): string {
  const { inst } = issue;
  const words = inst instanceof z.ZodType ? (z.globalRegistry.get(inst)?.description ?? '') : '';
  if (inst instanceof z.ZodObject) {
    const keys = Object.keys(inst.shape).sort();
    // Of what is missing, these must be written.
    const required = keys.filter((key) => !z.safeParse(inst.shape[key] ?? z.any(), undefined).success);
    return toHint({ keys, required, words });
  }
  if (inst instanceof z.ZodNumber) return toHint({ words, least: inst.minValue, most: inst.maxValue });
  return toHint({ words });
}

import { stringify } from 'yaml';

/** What can be written as JSON: settings of users' own programs. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** YAML inside a string of an object: keys in order, so that the text changes only when what it says does. */
export const yamlText = (value: Json): string =>
  stringify(value, {
    version: '1.1',
    compat: 'core',
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Directories of `lib/constructs/` whose files appear in ConfigMaps, and the constant that holds them. */
export const EMBEDDED = [
  { directory: 'notebooks/hub', constant: 'HUB_FILES' },
  { directory: 'notebooks/session', constant: 'SESSION_FILES' },
] as const;

/** Where they are written to, below `lib/constructs/`. */
export const OUTPUT = 'notebooks/files.ts';

/**
 * A module with the content of these files: nothing in `lib/` reads files, and the files themselves stay what linters,
 * tests and people take them for.
 */
export function embed(constructs: string): string {
  const parts = EMBEDDED.map(({ directory, constant }) => {
    const files = readdirSync(join(constructs, directory))
      .filter((name) => name.endsWith('.py'))
      .sort();
    const lines = files.map((name) => {
      const content = readFileSync(join(constructs, directory, name), 'utf8');
      return `  '${name}': \`${content.replace(/[\\`]|\$\{/g, (special) => `\\${special}`)}\`,\n`;
    });
    return `/** The files of \`${directory}/\`. */\nexport const ${constant}: Readonly<Record<string, string>> = {\n${lines.join('')}};\n`;
  });
  return `// Written by \`npm run embed\` from the files beside it. Do not edit.\n\n${parts.join('\n')}`;
}

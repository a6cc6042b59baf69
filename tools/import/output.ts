import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files one run makes. Written at the end, so that a run that fails changes nothing. */
export class Output {
  private readonly files = new Map<string, string>();

  add(path: string, text: string): void {
    if (this.files.has(path)) throw new Error(`two sources write ${path}`);
    this.files.set(path, text);
  }

  /** Writes what changed and removes what `folders` hold beyond it. Returns the paths that changed. */
  write(root: string, folders: readonly string[]): string[] {
    const stale = folders.flatMap((folder) => list(root, folder)).filter((path) => !this.files.has(path));
    for (const path of stale) rmSync(join(root, path));
    const changed = [...this.files].filter(([path, text]) => {
      const file = join(root, path);
      return !existsSync(file) || readFileSync(file, 'utf8') !== text;
    });
    for (const [path, text] of changed) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return [...changed.map(([path]) => path), ...stale].sort();
  }

  /** Bytes in the files below `folder`. */
  size(folder: string): number {
    return [...this.files].reduce(
      (sum, [path, text]) => (path.startsWith(folder) ? sum + Buffer.byteLength(text) : sum),
      0,
    );
  }
}

function list(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? list(root, path) : [path];
  });
}

/** JSON with a line for every entry of the first levels and none below: small, and a change shows where it is. */
export function json(value: unknown, depth = 4, indent = ''): string {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const inner = `${indent} `;
  const entries = Object.entries(value).map(
    ([key, child]) => `${inner}${JSON.stringify(key)}: ${json(child, depth - 1, inner)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}

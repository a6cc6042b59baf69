/**
 * The least that any synthesizer on these libraries must do: load them, turn the same documents into YAML and write
 * them, and the pages beside them. `floor.ts <files.json> <directory>`
 */
import 'cdk8s';
import 'constructs';
import 'fastest-levenshtein';
import 'koffi';
import 'zod';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toYaml } from '../lib/platform/writer/yaml.ts';
import type { Content } from './trees.ts';

const [files, directory] = process.argv.slice(2);
if (!files || !directory) throw new Error('usage: floor.ts <files.json> <directory>');
const contents: Readonly<Record<string, Content>> = JSON.parse(readFileSync(files, 'utf8'));
const made = new Set<string>();
for (const [path, content] of Object.entries(contents)) {
  const file = join(directory, path);
  if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
  made.add(dirname(file));
  writeFileSync(file, 'text' in content ? content.text : content.documents.map(toYaml).join('---\n'));
}

/**
 * The least that any synthesizer on these libraries must do: load them, turn the same documents into YAML and write
 * them. `floor.ts <documents.json> <directory>`
 */
import 'cdk8s';
import 'constructs';
import 'zod';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toYaml } from '../lib/platform/writer/yaml.ts';

const [documents, directory] = process.argv.slice(2);
if (!documents || !directory) throw new Error('usage: floor.ts <documents.json> <directory>');
const read: Readonly<Record<string, never>> = JSON.parse(readFileSync(documents, 'utf8'));
for (const [path, document] of Object.entries(read)) {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), toYaml(document));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embed, OUTPUT } from './embed.ts';

const constructs = join(__dirname, '..', '..', 'lib', 'constructs');

test('what is embedded is what the files are; npm run embed makes it so', () => {
  expect(readFileSync(join(constructs, OUTPUT), 'utf8')).toBe(embed(constructs));
});

test('characters that mean something in a template stay what they are', () => {
  const text = embed(constructs);
  expect(text).not.toMatch(/(?<!\\)\$\{/);
});

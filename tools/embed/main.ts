import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embed, OUTPUT } from './embed.ts';

const constructs = join(__dirname, '..', '..', 'lib', 'constructs');
writeFileSync(join(constructs, OUTPUT), embed(constructs));

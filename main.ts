import { main } from './lib/cli/main.ts';

process.exitCode = main(process.argv.slice(2));

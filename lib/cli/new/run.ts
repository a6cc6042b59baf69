import { createInterface } from 'node:readline/promises';
import { newThing } from './new.ts';

/** `npm run new`: asks where somebody sits in front of it. */
async function run(): Promise<number> {
  const io = {
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
  };
  const argv = process.argv.slice(2);
  if (!process.stdin.isTTY || !process.stdout.isTTY) return newThing(argv, process.cwd(), io);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await newThing(argv, process.cwd(), { ...io, ask: (question) => terminal.question(question) });
  } finally {
    terminal.close();
  }
}

void run().then((code) => {
  process.exitCode = code;
});

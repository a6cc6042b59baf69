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
  // Ctrl-C and Ctrl-D close it, and an open question would wait for ever.
  const gone = new AbortController();
  terminal.once('close', () => gone.abort());
  const ask = (question: string) => terminal.question(question, { signal: gone.signal });
  try {
    return await newThing(argv, process.cwd(), { ...io, ask });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    io.err('\nstopped; nothing is written\n');
    return 1;
  } finally {
    terminal.close();
  }
}

void run().then((code) => {
  process.exitCode = code;
});

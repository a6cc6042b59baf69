/** Prints what was seen, and fails the run when it is not what was expected. */
export function report(what: string, right: boolean, seen: string): void {
  if (!right) process.exitCode = 1;
  console.log(`${right ? 'ok  ' : 'FAIL'} ${what}: ${seen}`);
}

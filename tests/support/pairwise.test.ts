import { pairwise } from './pairwise.ts';

const DIMENSIONS = { a: ['1', '2', '3'], b: ['1', '2', '3'], c: ['1', '2'], d: ['1', '2'] } as const;
const apart = (a: string, b: string): boolean => [a, b].sort().join() !== 'a=1,b=2';
const rows = pairwise(DIMENSIONS, apart);

test('every pair that goes together is in some row', () => {
  const seen = new Set(
    rows.flatMap((row) => Object.entries(row).flatMap((a) => Object.entries(row).map((b) => `${a}&${b}`))),
  );
  for (const [first, some] of Object.entries(DIMENSIONS)) {
    for (const [second, others] of Object.entries(DIMENSIONS)) {
      if (first === second) continue;
      for (const a of some) {
        for (const b of others) {
          expect([`${first}${a} ${second}${b}`, seen.has(`${first},${a}&${second},${b}`)]).toEqual([
            `${first}${a} ${second}${b}`,
            apart(`${first}=${a}`, `${second}=${b}`),
          ]);
        }
      }
    }
  }
});

test('in few rows', () => {
  expect(rows.length).toBeLessThanOrEqual(12);
});

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** Seconds of a duration as the scalar `duration` takes it: `1h30m` is 5400. */
export function durationSeconds(duration: string): number {
  const parts = duration.match(/[0-9]+[dhms]/g) ?? [];
  if (parts.length === 0 || parts.join('') !== duration) {
    throw new Error(`${JSON.stringify(duration)} is not a duration; write it like 30s, 1h30m or 90d`);
  }
  return parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * (SECONDS[part.slice(-1)] ?? 0), 0);
}

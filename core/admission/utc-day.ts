const dayMs = 86_400_000;

/** The UTC day of a moment, `YYYY-MM-DD`: days compare as texts. */
export function utcDay(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

/** The midnight that ends a UTC day, epoch milliseconds. */
export function endOfDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + dayMs;
}

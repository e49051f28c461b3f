import type { Budgets, Limit, LimitName, Reservation, Used, Wish } from './schema.ts';

interface Held {
  readonly wish: Wish;
  readonly atMs: number;
  readonly day: string;
  readonly tokens: number;
  used?: Used;
}
type Answer = 'admitted' | { readonly decidedBy: LimitName; readonly retryAfterMs: number };

const dayMs = 86_400_000;
const ceilDiv = (amount: number, by: number) => Math.floor((amount + by - 1) / by);

/**
 * The limits of one tenant as one would explain them: buckets that leak step by step, and a list of all requests that were
 * ever admitted, over which everything else is counted anew each time. Its clock never goes back.
 */
export function plainModel(limits: readonly Limit[], budgets: Budgets) {
  const requests: Held[] = [];
  const buckets = limits.map((limit) => ({ limit, unitUs: unitUs(limit), owedUs: 0 }));
  const perMinute = budgets.tokensPerMinute;
  const tokenUs = perMinute === undefined ? 0 : ceilDiv(60_000_000, perMinute);
  let owedTokensUs = 0;
  let last = 0;

  function leakUntil(nowMs: number): void {
    const elapsedUs = (nowMs - last) * 1_000;
    for (const bucket of buckets) bucket.owedUs = Math.max(0, bucket.owedUs - elapsedUs);
    owedTokensUs = Math.max(0, owedTokensUs - elapsedUs);
    last = nowMs;
  }

  const underWay = () => requests.filter((request) => !request.used);
  const moneyOf = (day: string) =>
    requests
      .filter((request) => request.day === day)
      .reduce((sum, { used, wish }) => sum + (used ?? wish).costMicroUsd, 0);

  function admit(wish: Wish, nowMs: number): Answer {
    leakUntil(nowMs);
    const day = new Date(nowMs).toISOString().slice(0, 10);
    const tokens = Math.min(wish.tokens, perMinute ?? 0);
    const waits: [LimitName, number][] = buckets.map(({ limit, unitUs: unit, owedUs }) => [
      limit.bucket,
      owedUs + unit - limit.capacity * unit,
    ]);
    if (perMinute !== undefined) {
      const held = underWay().reduce((sum, request) => sum + request.tokens, 0);
      waits.push(['tokens', owedTokensUs + (held + tokens - perMinute) * tokenUs]);
    }
    const money = budgets.costMicroUsdPerDay;
    if (money !== undefined && moneyOf(day) + wish.costMicroUsd > money) {
      waits.push(['cost', (Math.floor(nowMs / dayMs) * dayMs + dayMs - nowMs) * 1_000]);
    }
    const limited = Object.keys(budgets).length > 0;
    if (limited && underWay().length >= (budgets.maxConcurrent ?? 200)) waits.push(['concurrent', 1_000_000]);
    const longest = waits.reduce((most, wait) => (wait[1] > most[1] ? wait : most), ['minute', 0] as const);
    if (longest[1] > 0) return { decidedBy: longest[0], retryAfterMs: ceilDiv(longest[1], 1_000) };
    for (const bucket of buckets) bucket.owedUs += bucket.unitUs;
    if (limited) requests.push({ wish, atMs: nowMs, day, tokens });
    return 'admitted';
  }

  function settle(id: string, used: Used, nowMs: number): 'settled' | 'already' {
    leakUntil(nowMs);
    const request = requests.find(({ wish, used: before }) => wish.id === id && !before);
    if (!request) return 'already';
    request.used = used;
    owedTokensUs += (used.promptTokens + used.completionTokens) * tokenUs;
    return 'settled';
  }

  /** What is reserved, as the real thing says it. */
  const open = (): Reservation[] =>
    underWay().map(({ wish, atMs, day, tokens }) => ({
      id: wish.id,
      tokens,
      tokenUs,
      costMicroUsd: budgets.costMicroUsdPerDay === undefined ? 0 : wish.costMicroUsd,
      atMs,
      day,
    }));

  function usage() {
    const days = new Map<string, { requests: number } & Used>();
    for (const { day, used } of requests) {
      if (!used) continue;
      const before = days.get(day) ?? { requests: 0, promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };
      days.set(day, {
        requests: before.requests + 1,
        promptTokens: before.promptTokens + used.promptTokens,
        completionTokens: before.completionTokens + used.completionTokens,
        costMicroUsd: before.costMicroUsd + used.costMicroUsd,
      });
    }
    return days;
  }

  return { admit, settle, open, usage };
}

function unitUs({ capacity, periodMs, refill }: Limit): number {
  return ceilDiv(periodMs * 1_000, refill ?? capacity);
}

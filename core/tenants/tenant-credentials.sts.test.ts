import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStsTenantCredentials } from './tenant-credentials.sts.ts';
import { TenantCredentialsUnavailable } from './tenant-credentials.ts';
import { vouchForTenant } from './tenant-id.ts';

const MINUTE = 60_000;
const NOW = 1_790_000_000_000;
const roleArn = 'arn:aws:iam::123456789012:role/tenant-data';
const [a, b] = [vouchForTenant('acme'), vouchForTenant('acme-2')];

type Answer = 'session' | 'denied' | 'incomplete' | 'silence';

/** The real client of the SDK on a transport that answers, at once or when told to, with credentials named by tenant. */
function setUp(more: { maxTenants?: number; timeoutMs?: number; held?: boolean } = {}) {
  const stand = {
    nowMs: NOW,
    answer: 'session' as Answer,
    requests: [] as Record<string, string>[],
    /** Calls under way that wait to be answered, where they are `held`. */
    waiting: [] as (() => void)[],
  };
  const sts = new STSClient({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'function', secretAccessKey: 'secret' },
    requestHandler: {
      async handle(request: { body: string }, { abortSignal }: { abortSignal?: AbortSignal }) {
        const form = Object.fromEntries(new URLSearchParams(String(request.body)));
        stand.requests.push(form);
        const sent = stand.requests.length;
        if (more.held) await new Promise<void>((resolve) => stand.waiting.push(resolve));
        if (stand.answer === 'silence') {
          await new Promise((_, reject) => {
            abortSignal?.addEventListener('abort', () => reject(abortSignal.reason));
          });
        }
        const [statusCode, xml] = answerOf(stand.answer, form, sent, stand.nowMs);
        const headers = { 'content-type': 'text/xml' };
        return { response: { statusCode, headers, body: Readable.from([Buffer.from(xml)]) } };
      },
    },
  });
  const credentials = createStsTenantCredentials({ sts, roleArn, now: () => stand.nowMs, ...more });
  /** Which tenant's session it is, and of which call. */
  const ask = async (tenant: typeof a) => (await credentials.of(tenant)?.())?.accessKeyId;
  return Object.assign(stand, { credentials, ask });
}

function answerOf(
  answer: Answer,
  form: Record<string, string>,
  sent: number,
  nowMs: number,
): [number, string] {
  if (answer === 'denied') {
    const error = '<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>';
    return [403, `<ErrorResponse>${error}</ErrorResponse>`];
  }
  const fields = {
    AccessKeyId: `${form['Tags.member.1.Value']}#${sent}`,
    SecretAccessKey: 'secret',
    ...(answer === 'session' && { SessionToken: 'token' }),
    Expiration: new Date(nowMs + Number(form.DurationSeconds) * 1_000).toISOString(),
  };
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  const result = `<AssumeRoleResult><Credentials>${inner.join('')}</Credentials></AssumeRoleResult>`;
  return [200, `<AssumeRoleResponse>${result}</AssumeRoleResponse>`];
}

/** Lets everything go on that waits for no outside event. */
const settle = async () => {
  for (let i = 0; i < 20; i++) await turn();
};

describe('the sessions of tenants', () => {
  it('are of the one role, tagged with the tenant and nothing else, for an hour', async () => {
    const { ask, requests } = setUp();
    expect(await ask(a)).toBe('acme#1');
    expect(requests).toEqual([
      {
        Action: 'AssumeRole',
        Version: '2011-06-15',
        RoleArn: roleArn,
        RoleSessionName: '@acme',
        DurationSeconds: '3600',
        'Tags.member.1.Key': 'tenant_id',
        'Tags.member.1.Value': 'acme',
      },
    ]);
  });

  it.each(['x', 'x'.repeat(63)])('have a name that STS takes: %s', async (id) => {
    const { ask, requests } = setUp();
    await ask(vouchForTenant(id));
    expect(requests[0]?.RoleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
  });

  it('are not asked for before they are needed', async () => {
    const { credentials, requests } = setUp();
    credentials.of(a);
    await settle();
    expect(requests).toEqual([]);
  });

  it('take one call for 50 that ask at once, and none for those that ask later', async () => {
    const { ask, requests } = setUp();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => ask(a))))).toEqual(new Set(['acme#1']));
    expect(await ask(a)).toBe('acme#1');
    expect(requests).toHaveLength(1);
  });

  it('are refreshed well before they end, and nobody waits for that', async () => {
    const stand = setUp();
    expect(await stand.ask(a)).toBe('acme#1');
    stand.nowMs += 44 * MINUTE;
    expect(await stand.ask(a)).toBe('acme#1');
    expect(stand.requests).toHaveLength(1);
    stand.nowMs += 2 * MINUTE;
    expect(await Promise.all([stand.ask(a), stand.ask(a)])).toEqual(['acme#1', 'acme#1']);
    await settle();
    expect(await stand.ask(a)).toBe('acme#2');
    expect(stand.requests).toHaveLength(2);
  });

  it('are never handed out in their last minute', async () => {
    const stand = setUp();
    await stand.ask(a);
    stand.nowMs += 59 * MINUTE;
    expect(await stand.ask(a)).toBe('acme#2');
  });

  it('go on while a refresh fails, which is tried again after a pause', async () => {
    const stand = setUp();
    await stand.ask(a);
    stand.nowMs += 50 * MINUTE;
    stand.answer = 'denied';
    for (let i = 0; i < 3; i++) {
      expect(await stand.ask(a)).toBe('acme#1');
      await settle();
    }
    expect(stand.requests).toHaveLength(2);
    stand.nowMs += 6_000;
    stand.answer = 'session';
    expect(await stand.ask(a)).toBe('acme#1');
    await settle();
    expect(await stand.ask(a)).toBe('acme#3');
  });

  it.each(['denied', 'incomplete'] as const)(
    'are unavailable (503) when STS answers: %s; the next one asks anew',
    async (answer) => {
      const stand = setUp();
      stand.answer = answer;
      const outcomes = await Promise.allSettled([stand.ask(a), stand.ask(a)]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', status: 503 } });
        expect('reason' in outcome && outcome.reason).toBeInstanceOf(TenantCredentialsUnavailable);
      }
      expect(stand.requests).toHaveLength(1);
      stand.answer = 'session';
      expect(await stand.ask(a)).toBe('acme#2');
    },
  );

  it('tell nobody outside why they are unavailable', async () => {
    const stand = setUp();
    stand.answer = 'denied';
    const error = await stand.ask(a).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TenantCredentialsUnavailable);
    if (!(error instanceof TenantCredentialsUnavailable)) return;
    expect(JSON.stringify(error.body())).not.toMatch(/sts|role|AccessDenied/i);
    expect(error.cause).toMatchObject({ name: 'AccessDenied' });
  });

  it('are given up when STS says nothing', async () => {
    const stand = setUp({ timeoutMs: 40 });
    stand.answer = 'silence';
    await expect(stand.ask(a)).rejects.toBeInstanceOf(TenantCredentialsUnavailable);
  });

  it('of so many tenants are kept, and those used last stay', async () => {
    const { ask, requests } = setUp({ maxTenants: 2 });
    const c = vouchForTenant('c');
    for (const tenant of [a, b, a, c, a]) await ask(tenant);
    expect(requests).toHaveLength(3);
    expect(await ask(b)).toBe('acme-2#4');
  });

  it('never reach another tenant, in whatever order they are asked for, answered, refused and let go', async () => {
    const tenants = ['t', 't1', 't-1', 'u'].map(vouchForTenant);
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ ask: fc.constantFrom(...tenants) }) },
      { weight: 3, arbitrary: fc.record({ answer: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ outcome: fc.constantFrom<Answer>('session', 'denied') }) },
      { weight: 1, arbitrary: fc.record({ passMinutes: fc.nat(50) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const stand = setUp({ maxTenants: 2, held: true });
        const asked: Promise<void>[] = [];
        for (const it of steps) {
          if ('ask' in it) {
            const got = stand.ask(it.ask).catch(() => undefined);
            asked.push(got.then((key) => key && expect(key.split('#')[0]).toBe(it.ask)) as Promise<void>);
          } else if ('answer' in it) stand.waiting.splice(it.answer % (stand.waiting.length || 1), 1)[0]?.();
          else if ('outcome' in it) stand.answer = it.outcome;
          else stand.nowMs += it.passMinutes * MINUTE;
          await turn();
        }
        await settle();
        while (stand.waiting.length > 0) {
          stand.waiting.pop()?.();
          await settle();
        }
        await Promise.all(asked);
      }),
      { numRuns: 100 },
    );
  });
});

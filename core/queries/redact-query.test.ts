import { expect, it } from 'vitest';
import { type TenantConfig, tenantConfigSchema } from '../tenants/schema.ts';
import { redactQuery } from './redact-query.ts';

const config = (redaction: object = {}): TenantConfig =>
  tenantConfigSchema.parse({ tenant_id: 't1', redaction });

it.each([
  ['Mail ann@example.com about it', 'Mail [email] about it'],
  ['Is 4111 1111 1111 1111 charged?', 'Is [payment card] charged?'],
  ['Pay to DE89 3704 0044 0532 0130 00 now', 'Pay to [iban] now'],
  ['Use AKIAIOSFODNN7EXAMPLE please', 'Use [secret] please'],
  ['What do 2 kilos of oats cost in 2026?', 'What do 2 kilos of oats cost in 2026?'],
  ['Who wrote https://docs.example.com/a?', 'Who wrote https://docs.example.com/a?'],
])('of %j is kept %j', async (query, masked) => {
  expect(await redactQuery(query, config())).toBe(masked);
});

it('masks also what answers of the tenant may show', async () => {
  const open = config({ email: 'off', payment_card: 'audit', secret: 'block', allow: ['@example.com'] });
  expect(await redactQuery('ann@example.com 4111 1111 1111 1111 AKIAIOSFODNN7EXAMPLE', open)).toBe(
    '[email] [payment card] [secret]',
  );
});

it('masks what the tenant’s own patterns find, also those only tried out or audited', async () => {
  const patterns = [
    { name: 'staff number', pattern: 'S-[0-9]{4}', action: 'audit' },
    { name: 'badge', pattern: 'B[0-9]{3}', shadow: true },
  ];
  expect(await redactQuery('Is S-1234 of B123?', config({ patterns }))).toBe('Is [staff number] of [badge]?');
  expect(await redactQuery('Is S-1234 of B123?', config())).toBe('Is S-1234 of B123?');
});

it('keeps nothing of what patterns that cannot be read should mask', async () => {
  await expect(redactQuery('Why?', config({ patterns: [{ name: 'x', pattern: '(' }] }))).rejects.toThrow();
});

it('takes the longest question there is', async () => {
  for (const query of ['a'.repeat(8_000), '4'.repeat(8_000), 'a@'.repeat(4_000), '\u{1f511}'.repeat(4_000)]) {
    expect((await redactQuery(query, config())).length).toBeLessThanOrEqual(8_000);
  }
});

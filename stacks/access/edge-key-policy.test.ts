import { expect, test } from 'vitest';
import { edgeKeyPolicy } from './edge-key-policy.ts';

const { Statement } = edgeKeyPolicy({ partition: 'aws', accountId: '123456789012' });

test('whoever administers the key cannot use it', () => {
  const [administers] = Statement;
  expect(administers?.Principal).toEqual({ AWS: 'arn:aws:iam::123456789012:root' });
  const use = /Decrypt|Encrypt|DataKey|CreateGrant|\*/;
  expect([administers?.Action].flat().filter((action) => use.test(String(action)))).toEqual([]);
  // Without this one a key could be left that nobody can change.
  expect(administers?.Action).toContain('kms:PutKeyPolicy');
});

test('services use it for this account only', () => {
  const services = Statement.slice(1);
  expect(services).toHaveLength(2);
  for (const { Sid, Principal, Condition } of services) {
    expect(Principal, Sid).toHaveProperty('Service');
    expect(JSON.stringify(Condition), Sid).toContain('123456789012');
  }
});

import { describe, expect, it } from 'vitest';
import { examplePlace as place } from '../../test/support/example-place.ts';
import type { Statement } from './policies.ts';
import { bucketPolicy, keyPolicy, queuePolicy } from './storage-policies.ts';

const root = 'arn:aws:iam::111122223333:root';
const bucket = 'arn:aws:s3:::atrium-prod-documents-111122223333';
const keyArn = place.arn('kms', 'key/1');
const using = /^kms:(Decrypt|Encrypt|GenerateDataKey\w*|ReEncrypt\w*|CreateGrant|\*)$/;
const actions = ({ Action }: Statement) => (typeof Action === 'string' ? [Action] : Action);

describe('the key', () => {
  const { Statement } = keyPolicy(place, { buckets: ['atrium-prod-documents-111122223333'] });

  it('is administered by whom IAM names, who can always change its policy', () => {
    const [administration] = Statement.filter(({ Sid }) => Sid === 'IamDecidesWhoAdministers');
    expect(administration).toMatchObject({ Effect: 'Allow', Principal: { AWS: root } });
    expect(administration?.Condition).toBeUndefined();
    expect(administration && actions(administration)).toContain('kms:PutKeyPolicy');
  });

  it('encrypts and decrypts under a condition only, whoever asks', () => {
    const open = Statement.filter(({ Condition }) => Condition === undefined);
    expect(open.flatMap(actions).filter((action) => using.test(action))).toEqual([]);
    expect(JSON.stringify(Statement)).not.toContain('kms:*');
  });

  it('is used by people and roles through the services that keep the data', () => {
    const byAccount = Statement.filter(
      ({ Principal }) => typeof Principal === 'object' && Principal.AWS === root,
    );
    for (const statement of byAccount.filter((each) => actions(each).some((action) => using.test(action)))) {
      const { StringEquals, Bool } = statement.Condition ?? {};
      expect(
        Boolean(StringEquals?.['kms:ViaService']) || Bool?.['kms:GrantIsForAWSResource'] === 'true',
      ).toBe(true);
    }
  });

  it('is used by services of AWS for this account, and by everybody else as one named role', () => {
    for (const { Sid, Principal, Condition } of Statement) {
      if (typeof Principal !== 'object' || Principal.AWS === root) continue;
      expect(`${Sid} ${JSON.stringify(Condition)}`).toContain('111122223333');
      if (Principal.AWS === '*')
        expect(Condition?.StringEquals?.['aws:PrincipalArn']).toMatch(/:role\/aws-service-role\//);
    }
  });
});

describe('the bucket', () => {
  const { Statement } = bucketPolicy(bucket, keyArn);

  it('grants nothing: its policy only refuses', () => {
    expect(Statement.map(({ Effect }) => Effect)).toEqual(Statement.map(() => 'Deny'));
  });

  it('refuses another encryption that a request names, and no request that names none', () => {
    const onPut = Statement.filter((each) => actions(each).includes('s3:PutObject'));
    expect(onPut).toHaveLength(3);
    for (const { Condition } of onPut) {
      const present = Object.entries(Condition?.Null ?? {}).filter(([, value]) => value === 'false');
      expect(present.map(([key]) => key)).toEqual(
        Condition?.StringNotEquals ? Object.keys(Condition.StringNotEquals) : present.map(([key]) => key),
      );
      expect(present).toHaveLength(1);
    }
  });

  it('refuses requests without TLS for itself and its objects', () => {
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Resource: [bucket, `${bucket}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });
});

describe('a queue', () => {
  it('takes the events of its own bucket, in this account, and of nobody else', () => {
    const { Statement } = queuePolicy(place, place.arn('sqs', 'q'), [bucket]);
    const [events, ...others] = Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(others).toEqual([]);
    expect(events?.Principal).toEqual({ Service: 's3.amazonaws.com' });
    expect(events?.Condition).toEqual({
      ArnEquals: { 'aws:SourceArn': [bucket] },
      StringEquals: { 'aws:SourceAccount': '111122223333' },
    });
  });

  it('that no bucket announces on allows nobody', () => {
    const { Statement } = queuePolicy(place, place.arn('sqs', 'q'), []);
    expect(Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { newApiKeyText } from '../../identity/keys/api-key-text.ts';
import { tenantConfigSchema } from '../../tenants/schema.ts';
import { vouchForTenant } from '../../tenants/tenant-id.ts';
import { compileOutputGate } from '../output-gate.ts';

const gate = compileOutputGate(tenantConfigSchema.parse({ tenant_id: 't1' }));
/** Letters and digits, as many as asked for, the same in every run. */
const random = (length: number) =>
  Array.from({ length }, (_, i) => 'a7Kq3Zx9Bm2Rt5Yw8Lp4'[(i * 7 + (i >> 2)) % 20]).join('');
const hex = (length: number) =>
  Array.from({ length }, (_, i) => '0123456789abcdef'[(i * 11 + 5) % 16]).join('');
const ownKey = newApiKeyText(vouchForTenant('t1'), 'abcd1234', () => new Uint8Array(20).fill(77));

/** As in `personal-data.test.ts`. Secrets are put together here: nothing in this file is one. */
const examples: Readonly<Record<string, readonly [hidden: readonly string[], harmless: readonly string[]]>> =
  {
    '[iban]': [
      [
        'IBAN {DE89370400440532013000}',
        '{DE89 3704 0044 0532 0130 00} bei der Bank',
        '{GB29NWBK60161331926819} please',
        '{GB29 NWBK 6016 1331 9268 19}, please',
        '{FR1420041010050500013M02606}',
        '{ES91 2100 0418 4502 0005 1332}.',
        '{NL91ABNA0417164300} (zakelijk)',
        '{IT60 X054 2811 1010 0000 0123 456}',
        '{CH9300762011623852957}',
        '{NO9386011117947}',
        '{AT61 1904 3002 3457 3201}!',
        '{BE68539007547034}',
        '{PL61109010140000071219812874}',
        '{de89370400440532013000}',
        '{BE68-5390-0754-7034}',
        '{SE45 5000 0000 0583 9825 7466}',
        '{DK5000400440116243}',
        '{FI2112345600000785}',
        '{PT50000201231234567890154}',
        '{LU280019400644750000}',
        '{SA03 8000 0000 6080 1016 7519}',
        'AB12 {DE89 3704 0044 0532 0130 00}',
        '{ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００}',
      ],
      [
        'DE88370400440532013000',
        'DE89 3704 0044 0532 0130',
        'XX89370400440532013000',
        'AB12 CD34 EF56 GH78 IJ90',
        'SN12345678901234567',
        'GB29 is a code',
        'ISO 3166',
        'DE89',
        'no12 of the list and so on and so forth',
        'VIN WVWZZZ1JZXW000001',
        'container MSCU1234567',
        'tracking 1Z999AA10123456784',
        'RR123456785DE',
        'ID2024011500000000001',
        'be68 of them were there when it all began',
        'AT4006381333931',
        'BIC COBADEFFXXX',
        'VAT DE123456789',
        'at12 noon we had 1234567 of them left',
        hex(32),
        '550e8400-e29b-41d4-a716-446655440000',
      ],
    ],
    '[national id]': [
      [
        'SSN {536-22-1234}',
        'her social security number is {536 22 1234}.',
        'ITIN {912-70-1234}',
        'NI number {AB 12 34 56 C}',
        '{JG123456C} on file',
        'Steuer-ID {86095742719}',
        '{86 095 742 719}.',
        '{185057800608491}',
        'NIR : {1 85 05 78 006 084 91}',
        'DNI {12345678Z}',
        '{12.345.678-Z}',
        'NIE {X1234567L}',
        '{RSSMRA85T10A562S}',
        'BSN {111222333}',
        'CPF {52998224725}',
        '{529.982.247-25} do cliente',
        'Aadhaar {2341 2341 2346}',
        '{234123412346} is my Aadhaar, Aadhaar {234123412346}'.replace('{234123412346} is', 'It is'),
        'SIN {046-454-286}',
        'TFN {123 456 782}',
        'AHV {756.9217.0769.85}',
        '{85.07.30-033.28} in België',
        '{５３６-２２-１２３４}',
      ],
      [
        '000-12-3456',
        '666-12-3456',
        '912-12-3456',
        'SKU 536-22-1234',
        '536221234 pieces',
        'GB123456A',
        'Model AB123456C',
        '86095742718',
        '12345678901',
        '185057800608490',
        'DNI 12345678A',
        'X1234567A',
        'RSSMRA85T10A562T',
        '111222333 people',
        'BSN 111222334',
        '52998224725 units',
        '529.982.247-26',
        '2019 2020 2021',
        '123 456 789 dollars',
        'SKU 100-200-300-400',
        '2024-01-15',
        '2341 2341 2347',
        hex(40),
      ],
    ],
    '[secret]': [
      [
        `id {AKIA${'OVMIZWDIAEQ3KDFY'}}`,
        `{ASIA${'SPSC5LKR4AQXVUPC'}},`,
        `aws_secret_access_key = {${random(40)}}`,
        `{ghp_${random(36)}} expires`,
        `{github_pat_${random(22)}_${random(59)}}`,
        `{glpat-${random(20)}}.`,
        `{xoxb-${'374847771834'}-${random(24)}}`,
        `{sk_live_${random(24)}}`,
        `{rk_test_${random(24)}}`,
        `{sk-${random(48)}}`,
        `"{sk-proj-${random(60)}}"`,
        `{sk-ant-api03-${random(90)}}`,
        `{AIza${random(35)}}`,
        `{npm_${random(36)}}`,
        `{hf_${random(34)}}`,
        `{SG.${random(22)}.${random(43)}}`,
        `the key {${ownKey}} of it`,
        `Bearer {eyJ${random(33)}.eyJ${random(80)}.${random(43)}}`,
        `session={eyJ${random(33)}.eyJ${random(80)}.${random(43)}}; path=/`,
        `Here:\n{-----BEGIN ${'PRIVATE KEY'}-----\n${random(64)}\n${random(64)}\n-----END ${'PRIVATE KEY'}-----}\nKeep it.`,
        `{-----BEGIN ${'RSA PRIVATE KEY'}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex(32)}\n\n${random(64)}\n`.trimEnd() +
          '}',
        'password: {hunter2-is-mine}',
        'Password: "{c0rrecthorse}"',
        'token={abc123def456}, then',
        'API key = `{abc123def456}`',
      ],
      [
        'password: required',
        'Password: must have at least 8 characters',
        'Your password is secret.',
        'the token: a word',
        'password: ********',
        'password: <your password>',
        'password: your1password2here',
        'secret=$SECRET_1234',
        'sk-learn-pipelines-and-models-for-all',
        'sk_live_',
        'ghp_short',
        'AKIA is how they begin',
        'It begins with -----BEGIN PRIVATE KEY-----.',
        '-----BEGIN CERTIFICATE-----',
        '-----BEGIN PUBLIC KEY-----',
        'eyJ is base64',
        'bearer of good news for everybody in here',
        'pk_live_ keys are public',
        hex(32),
        hex(40),
        hex(64),
        '550e8400-e29b-41d4-a716-446655440000',
        'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        'npm_config_cache and hf_hub',
        'task-scheduling-and-planning-2024-edition',
      ],
    ],
  };

const masked = (text: string, mask: string) => text.replace(/\{[^}]*\}/g, mask);

describe.each(Object.entries(examples))('%s', (mask, [hidden, harmless]) => {
  test('there are at least twenty of each', () => {
    expect(hidden.length).toBeGreaterThanOrEqual(20);
    expect(harmless.length).toBeGreaterThanOrEqual(20);
  });

  test.each(hidden)('stands in the place of what it hides: %s', (text) => {
    expect(gate.whole(text.replace(/[{}]/g, '')).text).toBe(masked(text, mask));
  });

  test.each(harmless)('hides nothing of %s', (text) => {
    expect(gate.whole(text)).toMatchObject({ text, hits: { masked: 0 } });
  });
});

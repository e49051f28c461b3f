import { describe, expect, test } from 'vitest';
import { documentGroupsSchema, groupName, groupsSchema, inGroups } from './groups.ts';
import { apiKeyRecordSchema } from './keys/api-key.ts';

const names = [
  ['a group', groupName],
  ['a key', apiKeyRecordSchema.shape.name],
] as const;

/** Code points, so that they can be seen here. */
const unseen: readonly (readonly [string, number])[] = [
  ['a control character', 0x07],
  ['the end of a line', 0x0a],
  ['another end of a line', 0x85],
  ['a soft hyphen', 0xad],
  ['a space without width', 0x200b],
  ['a joiner', 0x200d],
  ['a turn of direction', 0x202e],
  ['a line separator', 0x2028],
  ['a paragraph separator', 0x2029],
  ['a byte order mark', 0xfeff],
  ['half a character', 0xd83d],
  ['a private character', 0xe000],
  ['a letter drawn as nothing', 0x3164],
  ['a tag', 0xe0041],
];

describe.each(names)('the name of %s', (_what, schema) => {
  const takes = (name: string) => schema.safeParse(name).success;

  test.each(unseen)('has nowhere %s', (_which, point) => {
    const one = String.fromCodePoint(point);
    expect(['a'.concat(one, 'b'), one, `${one}a`, `a${one}`].map(takes)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test.each([0x20, 0xa0, 0x2003, 0x3000])('begins and ends with no space, and is not blank: %i', (point) => {
    const space = String.fromCodePoint(point);
    expect([space, space + space, `${space}a`, `a${space}`].map(takes)).toEqual([false, false, false, false]);
    expect(takes(`a${space}b`)).toBe(true);
  });

  test.each([
    'a',
    'Vertrieb Süd',
    'a,b',
    '営業部',
    'الإدارة',
    'नई दिल्ली',
    '📦',
    'e\u0301',
    '-',
    'x'.repeat(100),
  ])('may be %s', (name) => {
    expect(takes(name)).toBe(true);
  });

  test('has a character at least and an end', () => {
    expect(['', 'x'.repeat(201)].map(takes)).toEqual([false, false]);
  });
});

test('documents are for groups whose names can be seen, and whoever asks may claim others, to no avail', () => {
  for (const name of ['board\u200b', ' board', 'board ', '\u00a0']) {
    expect(documentGroupsSchema.safeParse([name]).success).toBe(false);
    expect(groupsSchema.parse([name])).toEqual([name]);
    expect(inGroups([name], ['board'])).toBe(false);
  }
  expect(groupsSchema.safeParse(['a\nb']).success).toBe(false);
});

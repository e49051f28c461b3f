import { z } from 'zod';

/**
 * A name that is shown, so all of it can be seen: no control or format characters, line ends, halves of characters,
 * private characters or characters that are drawn as nothing, and no spaces at the ends.
 */
export const visibleName = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?!\s)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]+(?<!\s)$/u,
    'must be visible characters, with no space at either end',
  );

/** The name of a group of people within a tenant: compared code unit by code unit. */
export const groupName = visibleName;

/** Groups of one who asks, as credentials name them: only compared, so a name that no document can have harms nothing. */
export const groupsSchema = z
  .array(
    z
      .string()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}+$/u, 'must not hold control characters'),
  )
  .max(100);

/** Groups that a document is for; none: it is for everybody of the tenant. */
export const documentGroupsSchema = z
  .array(groupName)
  .max(32)
  .refine((groups) => new Set(groups).size === groups.length, 'must be different');

/** Whether somebody of these groups may see a document that is for those. */
export const inGroups = (held: readonly string[], forGroups: readonly string[]): boolean =>
  forGroups.length === 0 || forGroups.some((group) => held.includes(group));

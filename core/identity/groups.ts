import { z } from 'zod';

/** The name of a group of people within a tenant: compared code unit by code unit, and shown, so nothing invisible. */
export const groupName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}+$/u, 'must not hold control characters');

/** Groups of one who asks, as credentials name them. */
export const groupsSchema = z.array(groupName).max(100);

/** Groups that a document is for; none: it is for everybody of the tenant. */
export const documentGroupsSchema = z
  .array(groupName)
  .max(32)
  .refine((groups) => new Set(groups).size === groups.length, 'must be different');

/** Whether somebody of these groups may see a document that is for those. */
export const inGroups = (held: readonly string[], forGroups: readonly string[]): boolean =>
  forGroups.length === 0 || forGroups.some((group) => held.includes(group));

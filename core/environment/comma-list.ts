import { z } from 'zod';

/** A variable that holds texts separated by commas; unset, and between two commas, there is none. */
export const commaList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  );

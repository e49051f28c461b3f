/**
 * What is accepted while generation `current` is used: also the one before, which others may still use, and the one
 * after, so that moving on by one meets nobody who does not know the new one yet. Nothing is replaced in place.
 *
 * @param current 1 or more.
 */
export const acceptedGenerations = (current: number): readonly [number, number, number] => [
  current - 1,
  current,
  current + 1,
];

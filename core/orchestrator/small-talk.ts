/** A route that is ranked with the others and never shown: turns that need no sources. Reported as GENERAL. */
export const SMALL_TALK = 'SMALL_TALK';

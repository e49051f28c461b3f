/** Whether all that there are were given; a store that is slow for a moment may leave some unsure. */
export const isAll = (told: { readonly admitted: number; readonly unsure: number }, all: number): boolean =>
  told.admitted <= all && told.admitted + told.unsure >= all;

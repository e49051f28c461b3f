import type { AttemptRef } from './document.ts';

/**
 * The id of the segment that one attempt builds: the same for every run of its task, so that a repeated task repeats
 * the same work, and beginning with the document's id, so that a deleted document's segments can be found.
 */
export const segmentIdOf = ({ documentId, version, attempt }: AttemptRef): string =>
  `${documentId}.v${version}.a${attempt}`;

import type { AttemptRef } from './document.ts';

/** How the ids of a document's segments begin. */
export const segmentIdPrefix = (documentId: string): string => `${documentId.replace(/^doc_/, 'seg_')}v`;

/**
 * The id of the segment that one attempt builds: the same for every run of its task, so that a repeated task repeats
 * the same work, and beginning with the document's own, so that a deleted document's segments can be found.
 */
export const segmentIdOf = ({ documentId, version, attempt }: AttemptRef): string =>
  `${segmentIdPrefix(documentId)}${version}a${attempt}`;

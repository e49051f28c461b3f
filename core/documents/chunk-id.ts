/** The id of the n-th chunk (from 0) of a document version: the same whenever the version is read again. */
export const chunkIdOf = (documentId: string, version: number, n: number): string =>
  `${documentId}.v${version}.${n}`;

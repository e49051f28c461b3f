import { ulid } from 'ulid';

/** A new document's id: `doc_` and a ULID in lower case, so that ids sort by time. */
export const newDocumentId = (): string => `doc_${ulid().toLowerCase()}`;

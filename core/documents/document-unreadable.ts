/** The document itself is the trouble, and trying again does not help. The message is read by who uploaded it. */
export class DocumentUnreadable extends Error {
  override readonly name = 'DocumentUnreadable';
}

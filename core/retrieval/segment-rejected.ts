/** The files or the content of a segment are not what they must be: damaged, incomplete, or another tenant's. */
export class SegmentRejected extends Error {
  override readonly name = 'SegmentRejected';
}

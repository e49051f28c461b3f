import { type BuiltSegment, segmentFileNames } from './segment.ts';
import { SegmentRejected } from './segment-rejected.ts';

/**
 * Checks length and SHA-256 of every file; hashes off the calling thread.
 *
 * @throws {SegmentRejected} naming the file that is not as `segment.json` describes it.
 */
export async function verifyFiles({ segment, files }: BuiltSegment): Promise<void> {
  await Promise.all(
    segmentFileNames.map(async (name) => {
      const { bytes, sha256 } = segment.files[name];
      const file = files[name];
      if (file.length !== bytes || (await sha256Of(file)) !== sha256) {
        throw new SegmentRejected(`${segment.id}/${name} is damaged`);
      }
    }),
  );
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Buffer.from(digest).toString('hex');
}

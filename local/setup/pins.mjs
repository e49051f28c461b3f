import { readFileSync } from 'node:fs';

/**
 * @typedef {{ file: string, bytes: number, sha256: string }} PinnedFile
 * @typedef {PinnedFile & { member: string }} PinnedMember `member` is its path inside the archive
 * @typedef {{ name: string, version: string, archive: PinnedFile, files: PinnedMember[] }} PinnedArchive
 */

/** @type {{ embedder: PinnedArchive, smallModel: PinnedArchive }} */
export const pins = JSON.parse(readFileSync(new URL('pins.json', import.meta.url), 'utf8'));

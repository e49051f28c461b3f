import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from './manifest.ts';
import {
  isLive,
  liveDocuments,
  withGroups as withGroupsAs,
  withHidden as withHiddenAs,
  withPublished as withPublishedAs,
} from './manifest-changes.ts';

type Documents = { document_id: string; version: number; chunks: number }[];
let made = 0;
const newId = () => String(++made).padStart(26, '0');
const withHidden = (manifest: Manifest, documentId: string) => withHiddenAs(manifest, documentId, newId());
const withPublished = (
  manifest: Manifest | undefined,
  segment: Parameters<typeof withPublishedAs>[1],
  document: { document_id: string; version: number; groups?: readonly string[] },
) => withPublishedAs(manifest, segment, { groups: [], ...document }, newId());
const withGroups = (manifest: Manifest, documentId: string, groups: readonly string[]) =>
  withGroupsAs(manifest, documentId, groups, newId());
const segmentOf = (id: string, documents: Documents) => ({ id, tenant_id: 't1', documents });

const ids = ['a', 'b', 'c'];
const versions = [1, 2, 3, 4];
const step = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    segment: fc.integer({ min: 0, max: 5 }),
    id: fc.constantFrom(...ids),
    version: fc.constantFrom(...versions),
  }),
  fc.record({ kind: fc.constant('hide' as const), id: fc.constantFrom(...ids) }),
);
/** Every segment holds every version of every document, so that any of them can be published from it. */
const everything: Documents = ids.flatMap((document_id) =>
  versions.map((version) => ({ document_id, version, chunks: 1 })),
);

describe('changes of a manifest', () => {
  it('keep what a plain map of document to live version and segment keeps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        let manifest: Manifest | undefined;
        const model = new Map<string, { version: number; segment: string }>();
        // The ledger lets nothing of a deleted document be published again.
        const hiddenUpTo = new Map<string, number>();
        for (const s of steps) {
          const before = manifest;
          if (s.kind === 'publish') {
            if (s.version <= (hiddenUpTo.get(s.id) ?? 0)) continue;
            const segment = `s${s.segment}`;
            manifest = withPublished(manifest, segmentOf(segment, everything), {
              document_id: s.id,
              version: s.version,
            });
            const live = model.get(s.id);
            if (!live || live.version <= s.version) model.set(s.id, { version: s.version, segment });
          } else if (manifest) {
            manifest = withHidden(manifest, s.id);
            hiddenUpTo.set(s.id, model.get(s.id)?.version ?? hiddenUpTo.get(s.id) ?? 0);
            model.delete(s.id);
          }
          if (!manifest) continue;
          const changed = before !== manifest;
          expect(manifest.revision).toBe((before?.revision ?? 0) + (changed ? 1 : 0));
          for (const id of ids) {
            for (const version of versions) {
              expect(isLive(manifest, id, version)).toBe(model.get(id)?.version === version);
            }
          }
          const inSegments = liveDocuments(manifest).flatMap((segment) =>
            segment.documents.map(
              (d) => [d.document_id, { version: d.version, segment: segment.id }] as const,
            ),
          );
          expect(new Map(inSegments)).toEqual(model);
          expect(inSegments.length).toBe(model.size);
        }
      }),
    );
  });

  it('leave no segment in which nothing is live and no tombstone that hides nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        let manifest: Manifest | undefined;
        for (const s of steps) {
          if (s.kind === 'hide') manifest &&= withHidden(manifest, s.id);
          else {
            const document = { document_id: s.id, version: s.version };
            manifest = withPublished(manifest, segmentOf(`s${s.segment}`, everything), document);
          }
        }
        if (!manifest) return;
        for (const segment of liveDocuments(manifest)) expect(segment.documents.length).toBeGreaterThan(0);
        for (const tombstone of manifest.tombstones) {
          const hidden = manifest.segments.some(({ documents }) =>
            documents.some(
              (d) => d.document_id === tombstone.document_id && d.version < tombstone.below_version,
            ),
          );
          expect(hidden).toBe(true);
        }
      }),
    );
  });

  it('change nothing when a publish or a hide is repeated', () => {
    const segment = segmentOf('s1', [{ document_id: 'a', version: 1, chunks: 1 }]);
    const once = withPublished(undefined, segment, { document_id: 'a', version: 1 });
    expect(withPublished(once, segment, { document_id: 'a', version: 1 })).toBe(once);
    const hidden = withHidden(once, 'a');
    expect(withHidden(hidden, 'a')).toBe(hidden);
  });

  it('leave a version hidden that a standing tombstone covers', () => {
    const segment = segmentOf('s1', everything);
    let manifest = withPublished(undefined, segment, { document_id: 'a', version: 2 });
    manifest = withPublished(manifest, segment, { document_id: 'b', version: 1 });
    manifest = withHidden(manifest, 'a');
    expect(withPublished(manifest, segment, { document_id: 'a', version: 1 })).toBe(manifest);
  });

  it('make another manifest each time, in which a segment keeps saying since when it is there', () => {
    const [one, two] = ['s1', 's2'].map((id) => segmentOf(id, everything)) as [
      ReturnType<typeof segmentOf>,
      ReturnType<typeof segmentOf>,
    ];
    const first = withPublished(undefined, one, { document_id: 'a', version: 1 });
    const second = withPublished(first, two, { document_id: 'b', version: 1 });
    const third = withPublished(second, one, { document_id: 'c', version: 1 });
    expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    expect(third.segments).toMatchObject([
      { id: 's1', since: first.id },
      { id: 's2', since: second.id },
    ]);
    const without = withHidden(withHidden(third, 'a'), 'c');
    const again = withPublished(without, one, { document_id: 'a', version: 3 });
    expect(again.segments.find(({ id }) => id === 's1')?.since).toBe(again.id);
  });

  it('refuse a version that the segment does not hold, and a segment of another tenant', () => {
    const segment = segmentOf('s1', [{ document_id: 'a', version: 1, chunks: 1 }]);
    const manifest = withPublished(undefined, segment, { document_id: 'a', version: 1 });
    expect(() => withPublished(manifest, segment, { document_id: 'a', version: 2 })).toThrow(RangeError);
    const foreign = { ...segment, id: 's2', tenant_id: 't2' };
    expect(() => withPublished(manifest, foreign, { document_id: 'a', version: 1 })).toThrow(
      /another tenant/,
    );
  });
});

describe('groups in a manifest', () => {
  const document = { document_id: 'a', version: 1 };
  const groupsOf = (manifest: Manifest, id: string) =>
    manifest.segments.flatMap(({ documents }) =>
      documents.filter((d) => d.document_id === id).map(({ groups }) => groups),
    );

  it('are those that the document was published with, and nothing where it is for everybody', () => {
    const one = withPublished(undefined, segmentOf('s1', everything), { ...document, groups: ['staff'] });
    const two = withPublished(one, segmentOf('s1', everything), { document_id: 'b', version: 1 });
    expect(groupsOf(two, 'a')).toEqual([['staff']]);
    expect(two.segments[0]?.documents[1]).toEqual({ document_id: 'b', version: 1, chunks: 1 });
  });

  it('change in every entry of the document and in no other, and not when they are so already', () => {
    const start = withPublished(undefined, segmentOf('s1', everything), document);
    const two = withPublished(start, segmentOf('s2', everything), { document_id: 'b', version: 2 });
    const narrowed = withGroups(two, 'a', ['staff', 'board']);
    expect([groupsOf(narrowed, 'a'), groupsOf(narrowed, 'b')]).toEqual([[['staff', 'board']], [undefined]]);
    expect([narrowed.revision, narrowed.id === two.id]).toEqual([two.revision + 1, false]);
    expect(withGroups(narrowed, 'a', ['staff', 'board'])).toBe(narrowed);
    expect(withGroups(narrowed, 'c', ['staff'])).toBe(narrowed);
    expect(withGroups(narrowed, 'a', []).segments).toEqual(two.segments);
  });

  it('stay when other documents come and go, and reach whoever lists what is live', () => {
    let manifest = withPublished(undefined, segmentOf('s1', everything), { ...document, groups: ['staff'] });
    manifest = withPublished(manifest, segmentOf('s1', everything), { document_id: 'b', version: 1 });
    manifest = withHidden(manifest, 'b');
    expect(liveDocuments(manifest).flatMap(({ documents }) => documents)).toEqual([
      { ...document, chunks: 1, groups: ['staff'] },
    ]);
  });

  it('make a manifest that a reader who knows none refuses, and only while there are any', () => {
    const open = withPublished(undefined, segmentOf('s1', everything), document);
    const narrowed = withGroups(open, 'a', ['staff']);
    const beside = withPublished(narrowed, segmentOf('s1', everything), { document_id: 'b', version: 1 });
    expect([open.format, narrowed.format, beside.format]).toEqual([1, 2, 2]);
    expect(withGroups(beside, 'a', []).format).toBe(1);
    expect(withHidden(beside, 'a').format).toBe(1);
  });
});

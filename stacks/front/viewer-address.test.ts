import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { viewerHeader as askedFor } from '../../functions/http/viewer-address.ts';
import { setsViewerAddress, viewerHeader } from './viewer-address.ts';

interface Header {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** As CloudFront runs it: the code of the function alone, with an event of its shape. */
function passed(headers: Readonly<Record<string, Header>>) {
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '2001:db8::7' },
    request: { method: 'POST', uri: '/chat', querystring: {}, cookies: {}, headers: { ...headers } },
  };
  const handler = runInNewContext(`${setsViewerAddress};handler`, {}) as (of: typeof event) => unknown;
  return handler(event);
}

test('every request says from which address it comes, and is what it was otherwise', () => {
  const accept = { value: 'text/event-stream' };
  expect(passed({ accept })).toEqual({
    method: 'POST',
    uri: '/chat',
    querystring: {},
    cookies: {},
    headers: { accept, [viewerHeader]: { value: '2001:db8::7' } },
  });
});

test('no viewer chooses its own address, however often it says one', () => {
  const [one, two] = [{ value: '203.0.113.1' }, { value: '203.0.113.2' }];
  for (const sent of [one, { ...one, multiValue: [one, two] }])
    expect(passed({ [viewerHeader]: sent })).toMatchObject({
      headers: { [viewerHeader]: expect.toSatisfy((header) => Object.keys(header).join() === 'value') },
    });
  expect(JSON.stringify(passed({ [viewerHeader]: { ...one, multiValue: [one, two] } }))).not.toContain(
    '203.0',
  );
});

test('the header that the front sets is the one that the functions read', () => {
  expect(viewerHeader).toBe(askedFor);
});

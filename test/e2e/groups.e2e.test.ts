import { expect, inject, test } from 'vitest';
import { callStage } from '../support/call-stage.ts';
import { clientOf } from '../support/client.ts';
import { mintToken } from '../support/mint-token.ts';

const fact = 'The Ostrava warehouse closes its gates at 21:40 on Fridays.';
const question = { query: 'When does the Ostrava warehouse close its gates on Fridays?' };

test('nobody is answered from a document that is for other groups, and a change of groups holds at once', async () => {
  const owner = await mintToken('--tenant', 't2');
  const [inside, outside] = [
    await mintToken('--tenant', 't2', '--role', 'member', '--group', 'logistics'),
    await mintToken('--tenant', 't2', '--role', 'member', '--group', 'shop'),
  ];
  const form = new FormData();
  form.set('file', new File([fact], 'ostrava-gates.txt', { type: 'text/plain' }));
  form.append('groups', 'logistics');
  form.append('groups', 'board');
  const { json: accepted } = await callStage(owner, 'POST', '/tenant/t2/documents', form);
  const id: string = accepted.document_id;
  expect(await clientOf(inject('stageUrl'), 't2').settled(id)).toMatchObject({ state: 'ready' });
  const path = `/tenant/t2/documents/${id}`;

  const seenBy = async (token: string) => {
    const { json: answer } = await callStage(token, 'POST', '/chat', question);
    const { json: list } = await callStage(token, 'GET', '/tenant/t2/documents?limit=100');
    return {
      answered: answer.answer.includes('21:40'),
      retrieved: JSON.stringify([answer.chunks, answer.citations]).includes(id),
      listed: JSON.stringify(list).includes(id),
      statuses: [
        (await callStage(token, 'GET', path)).status,
        (await fetch(`${inject('stageUrl')}${path}/text`, { headers: { authorization: `Bearer ${token}` } }))
          .status,
      ],
    };
  };
  const all = { answered: true, retrieved: true, listed: true, statuses: [200, 200] };
  const nothing = { answered: false, retrieved: false, listed: false, statuses: [404, 404] };
  expect(await seenBy(inside)).toEqual(all);
  expect(await seenBy(outside)).toEqual(nothing);

  expect((await callStage(outside, 'PUT', `${path}/groups`, { groups: ['shop'] })).status).toBe(403);
  const moved = await callStage(owner, 'PUT', `${path}/groups`, { groups: ['shop'] });
  expect(moved).toMatchObject({ status: 200, json: { groups: ['shop'] } });
  expect(await seenBy(inside)).toEqual(nothing);
  expect(await seenBy(outside)).toEqual(all);

  // An owner administers it, and is in no group: its answers do not come from it either.
  const { json } = await callStage(owner, 'POST', '/chat', question);
  expect(JSON.stringify(json)).not.toContain('21:40');
  expect((await callStage(owner, 'GET', path)).status).toBe(200);
  await callStage(owner, 'DELETE', path);
});

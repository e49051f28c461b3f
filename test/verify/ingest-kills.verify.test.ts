import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import { clientOf } from '../support/client.ts';
import { documentOf, randomFacts } from '../support/random-facts.ts';
import { type RunningStage, type StagePartName, startStage } from '../support/stage.ts';

/**
 * Kills parts again and again while documents are ingested. The emulated AWS is left alone: killed by force it forgets
 * what it has not saved, which the real one does not do.
 */
const killable: readonly StagePartName[] = ['gateway', 'rag', 'model'];
const documents = 12;
const kills = 6;

let stage: RunningStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

test(`${kills} kills during the ingestion of ${documents} documents lose none of them`, async () => {
  const seed = randomInt(1_000_000_000);
  const random = randomFrom(seed);
  console.log(`seed ${seed}`);
  const t2 = clientOf(stage.url, 't2');
  const uploads = [];
  for (let i = 0; i < documents; i += 1) {
    const [fact] = randomFacts(random);
    if (!fact) throw new Error('no fact was made');
    uploads.push({ fact, id: await t2.upload(`notes-${i}.txt`, documentOf([fact])) });
  }
  for (let i = 0; i < kills; i += 1) {
    await sleep(500 + random() * 4_000);
    const part = killable[Math.floor(random() * killable.length)] ?? 'gateway';
    console.log(`kill -9 ${part}`);
    if (stage.parts().some(({ name }) => name === part)) stage.kill(part);
    await stage.ready(60_000);
  }
  for (const { id, fact } of uploads) {
    expect(await t2.settled(id, 240_000)).toMatchObject({ state: 'ready' });
    const answer = await t2.ask(fact.paraphrases[0]);
    expect(answer.all('retrieval')[0]?.chunks.map(({ document_id }) => document_id)).toContain(id);
  }
});

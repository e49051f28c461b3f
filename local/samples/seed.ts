import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LoadedSamples } from './loaded-samples.ts';

const tenants = ['t1', 't2'];
const types: Readonly<Record<string, string>> = { md: 'text/markdown', txt: 'text/plain', html: 'text/html' };

/** How long the sample documents may take from upload to searchable. */
const ingestTimeoutMs = 240_000;
const requestTimeoutMs = 35_000;
const maxTries = 5;

const uploadedSchema = z.looseObject({ document_id: z.string() });
const documentSchema = z.looseObject({ state: z.string(), reason: z.string().optional() });

interface Sample {
  readonly tenant: string;
  readonly name: string;
  readonly content: Buffer;
  /** Other content is another sample. */
  readonly key: string;
}

export interface SeedOptions {
  /** The gateway. */
  readonly url: string;
  readonly loaded: LoadedSamples;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the sample tenants through the public API, as a customer would: a configuration where there is none, and the
 * documents of each tenant's folder, waited for until they can be found. May run again at any time: a configuration
 * that somebody has changed stays as it is, and a document that was loaded once is not loaded again, even if it has
 * been deleted since. A document that cannot be read is told, and ends the wait for it.
 *
 * @throws when a request is refused, or documents are neither ready nor failed in time.
 */
export async function seed(options: SeedOptions): Promise<void> {
  const before = await options.loaded.all();
  const loading: { sample: Sample; id: string }[] = [];
  let known = 0;
  for (const tenant of tenants) {
    const config = readFileSync(join(import.meta.dirname, tenant, 'config.json'), 'utf8');
    await configure(options, tenant, config);
    for (const sample of samplesOf(tenant)) {
      if (before.has(sample.key)) known++;
      else loading.push({ sample, id: await upload(options, sample) });
    }
  }
  await untilSettled(options, loading, known);
}

function samplesOf(tenant: string): Sample[] {
  const folder = join(import.meta.dirname, tenant);
  return readdirSync(folder)
    .filter((file) => file !== 'config.json')
    .sort()
    .map((name) => {
      const content = readFileSync(join(folder, name));
      const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
      return { tenant, name, content, key: `${tenant}/${name}#${digest}` };
    });
}

async function configure(options: SeedOptions, tenant: string, config: string): Promise<void> {
  const path = `/tenant/${tenant}/config`;
  const present = await call(options, tenant, path, {}, [200, 404]);
  if (present.status === 200) return;
  await call(options, tenant, path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: config,
  });
  options.say(`tenant ${tenant} is configured`);
}

async function upload(options: SeedOptions, { tenant, name, content }: Sample): Promise<string> {
  const form = new FormData();
  const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  form.set('file', new File([new Uint8Array(content)], name, { type }));
  const { body } = await call(options, tenant, `/tenant/${tenant}/documents`, { method: 'POST', body: form });
  return uploadedSchema.parse(JSON.parse(body)).document_id;
}

async function untilSettled(
  options: SeedOptions,
  loading: readonly { sample: Sample; id: string }[],
  known: number,
): Promise<void> {
  const giveUpAt = Date.now() + ingestTimeoutMs;
  const waiting = new Set(loading);
  let ready = known;
  let told = -1;
  for (;;) {
    for (const entry of waiting) {
      const { sample, id } = entry;
      const outcome = await look(options, sample, id);
      if (outcome === 'waiting') continue;
      waiting.delete(entry);
      if (outcome === 'ready') ready++;
    }
    if (ready !== told) options.say(`sample documents loaded: ${ready} of ${known + loading.length}`);
    told = ready;
    if (waiting.size === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`${waiting.size} sample documents are still not ready`);
    await sleep(500, undefined, { signal: options.signal });
  }
}

async function look(
  options: SeedOptions,
  { tenant, name, key }: Sample,
  id: string,
): Promise<'ready' | 'over' | 'waiting'> {
  const { status, body } = await call(options, tenant, `/tenant/${tenant}/documents/${id}`, {}, [200, 404]);
  if (status === 404) {
    options.say(`${tenant}/${name} was deleted before it was ready`);
    return 'over';
  }
  const { state, reason } = documentSchema.parse(JSON.parse(body));
  if (state === 'failed') {
    options.say(`${tenant}/${name} could not be loaded: ${reason}`);
    return 'over';
  }
  if (state !== 'ready') return 'waiting';
  await options.loaded.add(key);
  return 'ready';
}

/** One request as the tenant's owner; a part that is still coming up is asked again. */
async function call(
  options: SeedOptions,
  tenant: string,
  path: string,
  init: RequestInit = {},
  expected: readonly number[] = [200, 201, 202, 204],
): Promise<{ status: number; body: string }> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(options.url + path, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'x-tenant-id': tenant },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(requestTimeoutMs)]),
    });
    const body = await response.text();
    if (expected.includes(response.status)) return { status: response.status, body };
    if (response.status < 500 || attempt === maxTries) {
      throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${body.slice(0, 300)}`);
    }
    await sleep(500 * attempt, undefined, { signal: options.signal });
  }
}

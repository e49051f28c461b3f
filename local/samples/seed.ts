import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const tenants = ['t1', 't2'];
const types: Readonly<Record<string, string>> = { md: 'text/markdown', txt: 'text/plain', html: 'text/html' };

/** How long the sample documents may take from upload to searchable. */
const ingestTimeoutMs = 240_000;
const requestTimeoutMs = 35_000;
const maxTries = 5;

const uploadedSchema = z.looseObject({ document_id: z.string() });
const documentSchema = z.looseObject({ state: z.string(), reason: z.string().optional() });

export interface SeedOptions {
  /** The gateway. */
  readonly url: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the sample tenants through the public API, as a customer would: a configuration where there is none, and the
 * documents of each tenant's folder, waited for until they can be found. May run again at any time: a configuration
 * that somebody has changed stays as it is, and a document with the same content is not loaded twice.
 *
 * @throws when a request is refused or a document cannot be read.
 */
export async function seed(options: SeedOptions): Promise<void> {
  const loading: { tenant: string; id: string; name: string }[] = [];
  for (const tenant of tenants) {
    const folder = join(import.meta.dirname, tenant);
    await configure(options, tenant, readFileSync(join(folder, 'config.json'), 'utf8'));
    for (const name of readdirSync(folder)
      .filter((file) => file !== 'config.json')
      .sort()) {
      const id = await upload(options, tenant, name, readFileSync(join(folder, name)));
      loading.push({ tenant, id, name });
    }
  }
  await untilReady(options, loading);
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

async function upload(options: SeedOptions, tenant: string, name: string, content: Buffer): Promise<string> {
  const form = new FormData();
  const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  form.set('file', new File([new Uint8Array(content)], name, { type }));
  const { body } = await call(options, tenant, `/tenant/${tenant}/documents`, { method: 'POST', body: form });
  return uploadedSchema.parse(JSON.parse(body)).document_id;
}

async function untilReady(
  options: SeedOptions,
  documents: readonly { tenant: string; id: string; name: string }[],
): Promise<void> {
  const giveUpAt = Date.now() + ingestTimeoutMs;
  let waiting = [...documents];
  let told = -1;
  for (;;) {
    const still: typeof waiting = [];
    for (const entry of waiting) {
      const path = `/tenant/${entry.tenant}/documents/${entry.id}`;
      const { body } = await call(options, entry.tenant, path);
      const { state, reason } = documentSchema.parse(JSON.parse(body));
      if (state === 'failed') throw new Error(`${entry.tenant}/${entry.name} could not be loaded: ${reason}`);
      if (state !== 'ready') still.push(entry);
    }
    waiting = still;
    const ready = documents.length - waiting.length;
    if (ready !== told) options.say(`sample documents that can be searched: ${ready} of ${documents.length}`);
    told = ready;
    if (waiting.length === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`${waiting.length} sample documents are still not ready`);
    await sleep(500, undefined, { signal: options.signal });
  }
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

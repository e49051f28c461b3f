import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { keys } from '../documents/keys.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import { plainTenantCredentials } from '../tenants/tenant-credentials.plain.ts';
import type { TenantCredentials } from '../tenants/tenant-credentials.ts';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { createTenantBuckets } from './tenant-buckets.ts';
import { createTenantTables } from './tenant-tables.ts';

const tenants = ['t1', 't2', 't3', 't1-2'].map(vouchForTenant);
const [t1, t2, t3] = ['t1', 't2', 't3'].map(vouchForTenant) as [TenantId, TenantId, TenantId];

/** Credentials that say in their key whose they are. */
const named: TenantCredentials = {
  of: (tenant) =>
    Object.assign(
      async () => ({
        accessKeyId: `key-of-${tenant}`,
        secretAccessKey: 'secret',
        sessionToken: `session-of-${tenant}`,
      }),
      { memoized: true } as const,
    ),
};

interface Sent {
  readonly headers: Record<string, string>;
  readonly path: string;
  readonly body?: unknown;
}

/** A transport that notes what is sent through it, and how often it was ended. */
function transport() {
  const sent: Sent[] = [];
  const noted = { sent, destroyed: 0 };
  const handler = {
    async handle(request: Sent) {
      sent.push(request);
      await new Promise((resolve) => setImmediate(resolve));
      return {
        response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from('{}')]) },
      };
    },
    destroy() {
      noted.destroyed++;
    },
  };
  return Object.assign(noted, { handler });
}

/** Whose key signed a request, whose session came with it and whose data it names. */
const namesIn = ({ headers, path, body }: Sent) => {
  const data = body ? Buffer.from(body as Uint8Array).toString() : path;
  return [
    /Credential=key-of-([a-z0-9-]+)\//.exec(headers.authorization ?? '')?.[1],
    /^session-of-(.*)$/.exec(headers['x-amz-security-token'] ?? '')?.[1],
    /(?:TENANT#|tenants\/)([a-z0-9-]+)/.exec(data)?.[1],
  ];
};

const readItem = (tenant: TenantId) => new GetCommand({ TableName: 'main', Key: itemKeys.config(tenant) });
const readObject = (tenant: TenantId) =>
  new GetObjectCommand({ Bucket: 'documents', Key: `${keys.tenant(tenant)}a` });

describe('the clients of tenants', () => {
  it("are one client where all tenants are reached with the process's own credentials", () => {
    const tables = createTenantTables(plainTenantCredentials);
    expect(tables(t1)).toBe(tables(t2));
  });

  it('are the same for a tenant from request to request', () => {
    const tables = createTenantTables(named);
    expect(tables(t1)).toBe(tables(t1));
    expect(tables(t1)).not.toBe(tables(t2));
  });

  it("sign with no other tenant's credentials, whoever asks in between and whoever was let go", async () => {
    const asks = fc.array(
      fc.record({ tenant: fc.constantFrom(...tenants), of: fc.constantFrom('table', 'bucket') }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(asks, async (list) => {
        const { handler, sent } = transport();
        const options = { requestHandler: handler as never, maxTenants: 2 };
        const tables = createTenantTables(named, options);
        const buckets = createTenantBuckets(named, options);
        await Promise.all(
          list.map(async ({ tenant, of }) => {
            if (of === 'table') await tables(tenant).send(readItem(tenant));
            else await buckets(tenant).send(readObject(tenant));
          }),
        );
        expect(sent).toHaveLength(list.length);
        for (const request of sent) {
          const [signer, session, owner] = namesIn(request);
          expect(tenants).toContain(owner);
          expect([signer, session]).toEqual([owner, owner]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of so many tenants are kept', () => {
    const tables = createTenantTables(named, { maxTenants: 2 });
    const [first, second] = [tables(t1), tables(t2)];
    expect(tables(t1)).toBe(first);
    tables(t3);
    expect(tables(t1)).toBe(first);
    expect(tables(t2)).not.toBe(second);
  });

  it('do not end the connections that all share, neither destroyed nor let go', async () => {
    const noted = transport();
    // Of S3: to destroy a document client does nothing.
    const buckets = createTenantBuckets(named, { requestHandler: noted.handler as never, maxTenants: 1 });
    buckets(t1).destroy();
    for (const tenant of [t2, t3, t1]) await buckets(tenant).send(readObject(tenant));
    buckets(t1).destroy();
    expect(noted.destroyed).toBe(0);
  });
});

describe('connections', () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  /** An AWS that answers with nothing, as soon as it may, and counts who connects. */
  async function startAws() {
    const sockets = new Set<Socket>();
    const aws = { connections: 0, mayAnswer: Promise.resolve() };
    const server = createServer((request, response) => {
      request.resume().on('end', async () => {
        await aws.mayAnswer;
        response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
      });
    });
    server.on('connection', (socket) => {
      aws.connections++;
      sockets.add(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close() {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    });
    const { port } = server.address() as AddressInfo;
    return Object.assign(aws, { endpoint: `http://127.0.0.1:${port}` });
  }

  it('are used again by the next tenant, also after the client of one is destroyed', async () => {
    const aws = await startAws();
    const buckets = createTenantBuckets(named, { endpoint: aws.endpoint });
    for (const tenant of [t1, t2, t1]) {
      const { Body } = await buckets(tenant).send(readObject(tenant));
      await Body?.transformToByteArray();
    }
    buckets(t1).destroy();
    await buckets(t3).send(readObject(t3));
    expect(aws.connections).toBe(1);
  });

  it('stay for a request whose client is let go while it is under way', async () => {
    const aws = await startAws();
    const gate = Promise.withResolvers<void>();
    aws.mayAnswer = gate.promise;
    const tables = createTenantTables(named, { endpoint: aws.endpoint, maxTenants: 1 });
    const reading = tables(t1).send(readItem(t1));
    const others = [t2, t3].map((tenant) => tables(tenant).send(readItem(tenant)));
    gate.resolve();
    await expect(Promise.all([reading, ...others])).resolves.toHaveLength(3);
  });
});

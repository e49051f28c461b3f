import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IamUse, iamUses } from './iam-use.ts';

/** A request that went through, and what came of it. */
export interface Recorded {
  readonly uses: readonly IamUse[];
  /** The tenant that the session which signed it is tagged with; absent for a role's own credentials. */
  readonly tenant?: string;
  readonly status: number;
  /** The answer to a request that was not done. */
  readonly refusal?: string;
}

export interface RecordingEndpoint {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly calls: readonly Recorded[];
  close(): void;
}

const maxBodyBytes = 8 * 1024 * 1024;

/**
 * Stands before an emulated AWS and writes down what is asked of it and by whom. Requests go on as they are, down to
 * the name of the host that was signed, so the emulator checks what the code sent.
 */
export async function startRecordingEndpoint(upstream: string): Promise<RecordingEndpoint> {
  const calls: Recorded[] = [];
  const tenants = new Map<string, string>();

  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bytesOf(request);
    const answer = await forward(upstream, request, body);
    const answered = await bytesOf(answer);
    const text = answered.toString('utf8');
    const [, accessKey = '', service = ''] =
      /Credential=([^/]+)\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    const status = answer.statusCode ?? 0;
    const tenant = tenants.get(accessKey);
    const uses = iamUses({
      service,
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: body.toString('utf8'),
    });
    calls.push({
      uses,
      status,
      ...(tenant !== undefined && { tenant }),
      ...(status >= 400 && { refusal: text }),
    });
    const issued = /<AccessKeyId>([^<]+)</.exec(text)?.[1];
    const tagged = new URLSearchParams(body.toString('utf8')).get('Tags.member.1.Value');
    if (service === 'sts' && issued !== undefined && tagged !== null) tenants.set(issued, tagged);
    response.writeHead(status, answer.rawHeaders);
    response.end(answered);
  };

  const server = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => {
      calls.push({ uses: [], status: 0, refusal: `${request.method} ${request.url}: ${error}` });
      response.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const forward = (upstream: string, request: IncomingMessage, body: Buffer) =>
  new Promise<IncomingMessage>((done, fail) => {
    const { method = 'GET', url = '/', rawHeaders } = request;
    const onward = send(new URL(url, upstream), { method, headers: rawHeaders, timeout: 20_000 }, done);
    onward.once('timeout', () => onward.destroy(new Error('no answer within 20 s')));
    onward.once('error', fail);
    onward.end(body);
  });

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new RangeError(`more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

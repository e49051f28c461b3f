import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '../../core/problems/problem.ts';

/** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port (RFC 9110, 7.2). */
const hostForm = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/**
 * What AWS's front refuses before a function runs.
 *
 * @returns the problem to answer with, or `undefined` when the request may go on to its function.
 */
export function refusal(request: IncomingMessage): Problem | undefined {
  if (request.method === 'TRACE') return new Problem('method-not-allowed', 'TRACE is not served.');
  const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  const { host } = request.headers;
  if (hosts.length === 0 && request.httpVersion === '1.0') return undefined;
  if (hosts.length === 1 && host && hostForm.test(host) && URL.canParse(`http://${host}/`)) return undefined;
  return new Problem('bad-request', 'The Host header names no host.');
}

/** Answers on a connection that carries no request which could be answered, and closes it. */
export function refuseConnection(socket: Duplex, problem: Problem): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(problem.body());
  const reason = problem.status === 405 ? 'Method Not Allowed' : 'Bad Request';
  const lines = [
    `HTTP/1.1 ${problem.status} ${reason}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.on('error', () => {});
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * What an error of a single-item write says about the item:
 * `unwritten` nothing was written and another try makes sense; `rejected` nothing was written and no try will help
 * (permissions, table name, a bug); `unknown` it may have been written.
 */
export type WriteOutcome = 'unwritten' | 'rejected' | 'unknown';

/** Refused before the write, by throttling or by a transaction that holds the item at this moment. */
const unwrittenNames = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'TransactionConflictException',
]);

/** There was no address to connect to. What fails in `connect` itself is told by the error's `syscall`. */
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * The SDK's time-out of a request that never got a connection has no code of its own, only words. Should a later version
 * change them, it is taken for `unknown`: the careful side.
 */
const neverConnected = /did not establish a connection/;

/**
 * Classifies what the DynamoDB client throws for an `UpdateItem` that is sent once. A time-out, a connection that broke
 * after sending and every 5xx are `unknown`.
 */
export function writeOutcome(error: unknown): WriteOutcome {
  const { name, code, syscall, message, $metadata } = (error ?? {}) as {
    name?: string;
    code?: string;
    syscall?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (unwrittenNames.has(name ?? '')) return 'unwritten';
  if (unsentCodes.has(code ?? '') || syscall === 'connect') return 'unwritten';
  if (name === 'TimeoutError' && neverConnected.test(message ?? '')) return 'unwritten';
  const status = $metadata?.httpStatusCode ?? 0;
  if (status >= 400 && status < 500) return 'rejected';
  if (name === 'CredentialsProviderError') return 'rejected';
  return 'unknown';
}

import { randomUUID } from 'node:crypto';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';

export type TransactParts = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** What became of a transaction: written, or for each part why it could not be (`None`: not because of this one). */
export type TransactOutcome = 'written' | readonly string[];

/** Said by other writers' doing, rather than by what the transaction says. */
const expected = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

/**
 * Writes all parts or none.
 *
 * @throws what the client throws, unless conditions or other writers alone were in the way.
 */
export async function transact(
  documents: DynamoDBDocumentClient,
  parts: TransactParts,
): Promise<TransactOutcome> {
  try {
    await documents.send(
      // The token makes the SDK's own repeats of this transaction one transaction.
      new TransactWriteCommand({ ClientRequestToken: randomUUID(), TransactItems: parts }),
    );
    return 'written';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    if (codes.length !== parts.length || !codes.every((code) => expected.has(code))) throw error;
    return codes;
  }
}
